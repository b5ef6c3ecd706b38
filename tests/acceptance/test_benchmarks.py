"""The benchmarks run, and what they count is what was done."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from tests.integration.services import REPOSITORY


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.stacks", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=110)


@pytest.mark.parametrize(
    ("arguments", "roles"),
    [
        pytest.param(("--database", "sqlite", "--messaging", "fake"), {"engine"}, id="one process"),
        pytest.param(
            ("--database", "mariadb", "--engines", "1", "--workers", "1"),
            {"api", "engine", "broker", "database"},
            id="mariadb",
        ),
    ],
)
def test_tiny_cases_are_measured_in_one_process_and_in_many(
    tmp_path: pathlib.Path, arguments: tuple[str, ...], roles: set[str]
):
    done = run(*arguments, "--json", str(tmp_path / "found.json"), "update-one 3", "small 2x1x2")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {(row["case"], row["phase"]): row for row in json.loads((tmp_path / "found.json").read_text())["rows"]}
    phases = ["create", "no-op", "update", "delete"]
    assert list(rows) == [("update-one 3", phase) for phase in phases] + [
        ("small 2x1x2", phase) for phase in ("create", "delete")
    ]
    for (case, _), row in rows.items():
        counts: dict[str, Any] = row["counts"]
        # One call for each stack, answered once: nobody asks while something is measured.
        assert counts["call"] == counts["reply"] == (2 if case.startswith("small") else 1)
        assert all(counts[name] > 0 for name in ("select", "insert", "update", "commit"))
        assert set(row["cpu_seconds"]) == roles
        assert row["rss_mb"]["engine"][0] > 20
    assert "update-one 3    create" in done.stdout


def test_a_case_that_is_none_is_told_before_anything_starts():
    done = run("flat 10", "chian 5")
    assert done.returncode == 2
    assert "did you mean 'chain'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_answers_are_measured_by_one_client_and_by_many():
    command = [sys.executable, "-m", "benchmarks.answers", "--stacks", "2", "--resources", "3", "--rounds", "5"]
    done = subprocess.run(
        [*command, "--clients", "3", "list stacks", "show resource"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith(("list stacks", "show resource"))]
    assert [(*row[:3], row[-1]) for row in rows] == [
        (*request, clients, "0") for clients in ("1", "3") for request in (("list", "stacks"), ("show", "resource"))
    ]
