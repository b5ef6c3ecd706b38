"""How long stacks take, on a deployment of real processes: ``python -m benchmarks.stacks [--database KIND] [CASE …]``.

Prints a table and, with ``--json``, one JSON object for each case. The services are those of the tests
(``tools/services``). Compare the rows of one run with each other: absolute times are the machine's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import pathlib
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks import templates
from benchmarks.costs import Costs
from tests.acceptance.systems import Deployment, Quickstart, System
from tests.integration import services

POLL_SECONDS = 0.02

#: What upstream Heat was measured to need for the same, in seconds, where somebody has measured.
HEAT_SECONDS: Mapping[str, float] = {"flat 100": 100.0, "flat 1000": 1000.0}

CASES: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "flat": templates.flat,
    "chain": templates.chain,
    "fan-in": templates.fan_in,
    "group": templates.group,
    "slow": templates.slow,
}
DEFAULT = ["flat 100", "flat 1000", "chain 100", "fan-in 500", "group 50", "slow 200"]


def main() -> int:
    """Run the cases asked for."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as directory, _system(arguments.database, pathlib.Path(directory)) as system:
        api = Api(system)
        api.measure("flat 10")  # connections, caches
        print(
            f"{'case':<12} {'request':>8} {'create':>8} {'per res.':>9} {'no-op':>8} {'delete':>8}  cost, and x of Heat"
        )
        for case in arguments.cases or DEFAULT:
            costs = Costs(system)
            row = api.measure(case)
            row |= costs.since(row["resources"])
            print(_line(row), flush=True)
            if arguments.json:
                print(json.dumps(row), flush=True)
    return 0


class Api:
    """The orchestration API as a client uses it."""

    def __init__(self, system: System) -> None:
        self._rest = system.rest
        self._number = 0

    def measure(self, case: str) -> dict[str, Any]:
        """Create, update with nothing changed, and delete one stack; seconds of each from request to end."""
        kind, _, size = case.partition(" ")
        if kind not in CASES or not re.fullmatch(r"\d+", size):
            sys.exit(f"no such case: {case!r}; there are {', '.join(f'{name} N' for name in CASES)}")
        template = CASES[kind](int(size))
        self._number += 1
        name = f"bench-{self._number}"
        row: dict[str, Any] = {"case": case, "resources": int(size)}
        start = time.perf_counter()
        made = self._ask("POST", "/stacks", {"stack_name": name, "template": template, "timeout_mins": 60})
        row["request"] = time.perf_counter() - start
        path = f"/stacks/{name}/{made['stack']['id']}"
        row["status"] = self._finished(path)
        row["create"] = time.perf_counter() - start
        start = time.perf_counter()
        self._ask("PATCH", path, {})
        self._finished(path)
        row["no_op"] = time.perf_counter() - start
        start = time.perf_counter()
        self._ask("DELETE", path)
        self._finished(path)
        row["delete"] = time.perf_counter() - start
        return row

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._rest.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _finished(self, path: str) -> str:
        while True:
            stack = self._ask("GET", f"{path}?resolve_outputs=false")["stack"]
            if not stack["stack_status"].endswith("_IN_PROGRESS"):
                return str(stack["stack_status"])
            time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def _system(database: str, directory: pathlib.Path) -> Iterator[System]:
    if database == "sqlite":
        quickstart = Quickstart(directory / "state")
        try:
            yield quickstart
        finally:
            quickstart.close()
        return
    with services.database(database, directory) as url, services.broker() as transport:
        deployment = Deployment(directory, url, transport, options="max_resources_per_stack = -1\n")
        try:
            yield deployment
        finally:
            deployment.close()


def _line(row: Mapping[str, Any]) -> str:
    heat = HEAT_SECONDS.get(row["case"])
    times = f", {heat / row['create']:.0f} x as fast as Heat ({heat:.0f} s)" if heat else ""
    wrong = "" if row["status"] == "CREATE_COMPLETE" else f"  {row['status']}!"
    each = row["create"] / row["resources"] * 1000
    return (
        f"{row['case']:<12} {row['request']:>7.2f}s {row['create']:>7.2f}s {each:>7.2f}ms"
        f" {row['no_op']:>7.2f}s {row['delete']:>7.2f}s  {row['cpu_ms']:.1f} ms CPU a resource{times}{wrong}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["mariadb", "postgresql", "sqlite"], default="mariadb")
    parser.add_argument("--json", action="store_true", help="print each case as JSON too")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"such as 'flat 100' (default: {', '.join(DEFAULT)})")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
