from __future__ import annotations

import pathlib

import pytest

from heat_mq.concurrency import choice


@pytest.fixture
def native(tmp_path: pathlib.Path) -> str:
    path = tmp_path / "native.conf"
    path.write_text("[DEFAULT]\ntransport_url = fake://\n[runtime]\nbackend = threads\n")
    return str(path)


def test_the_configuration_file_decides(native: str) -> None:
    assert choice.backend(["--config-file", native, "db", "sync"]) == "threads"
    assert choice.backend(["--debug", f"--config-file={native}"]) == "threads"


def test_a_directory_decides_too(native: str) -> None:
    assert choice.backend(["--config-dir", str(pathlib.Path(native).parent)]) == "threads"


def test_green_is_the_default() -> None:
    assert choice.backend(["--port", "8004"]) == "eventlet"


@pytest.mark.parametrize("argv", [["--config-file"], ["--config-file", "/nowhere"]])
def test_what_cannot_be_read_is_told_later(argv: list[str]) -> None:
    assert choice.backend(argv) == "eventlet"
