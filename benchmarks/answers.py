"""How fast the API answers what people and dashboards ask: ``python -m benchmarks.answers [REQUEST …]``.

A system as for ``benchmarks.stacks`` gets many small stacks and a big one; then each request is asked by one client,
and by many at once. It prints a row for each; docs/benchmarks.rst tells what they mean. Figures are the machine's.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks import table, templates
from benchmarks.arguments import add_common, positive
from benchmarks.clients import Crowd, Request, connected
from benchmarks.costs import Costs
from benchmarks.figures import data_statements, percentile
from benchmarks.probe import tally
from benchmarks.system import Shape, System, started

_WARM_UP: Final = 5
_SMALL: Final = 2  # resources of each of the many stacks
_AT_ONCE: Final = 10  # clients that make them


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where the stacks are: paths below the project."""

    big: str
    small: str


#: What is asked, by name.
REQUESTS: Final[dict[str, Callable[[Place], Request]]] = {
    "show stack": lambda place: ("GET", place.big, None),
    "show small stack": lambda place: ("GET", place.small, None),
    "list stacks": lambda place: ("GET", "/stacks", None),
    "list 20 stacks": lambda place: ("GET", "/stacks?limit=20", None),
    "list resources": lambda place: ("GET", f"{place.big}/resources", None),
    "show resource": lambda place: ("GET", f"{place.big}/resources/r0", None),
    "list 100 events": lambda place: ("GET", f"{place.big}/events?limit=100", None),
    "show template": lambda place: ("GET", f"{place.big}/template", None),
    "validate": lambda place: ("POST", "/validate", {"template": templates.flat(10)}),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Ask for what is wanted; returns 1 when any answer was an error."""
    arguments = _arguments(argv)
    # Not to die on the spot: processes, database and virtual host of the run are to go with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    shape = Shape(arguments.database, engines=arguments.engines, workers=1)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f} before\n\n{shape}, one API process")
    print(f"{arguments.stacks} stacks of {_SMALL} resources, one of {arguments.resources}\n")
    print(table.heading(_COLUMNS), flush=True)
    rows: list[dict[str, Any]] = []
    with started(shape) as system:
        place = _fill(system, arguments.stacks, arguments.resources)
        for count in (1, arguments.clients):
            with connected(system.variables, count) as crowd:
                for name in arguments.requests:
                    rows.append(_measure(system, crowd, count, name, REQUESTS[name](place), arguments.rounds))
                    print(table.cells(rows[-1], _COLUMNS), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")
    return 1 if any(row["errors"] for row in rows) else 0


def _fill(system: System, count: int, resources: int) -> Place:
    """Make the stacks, and wait until they are complete."""
    with connected(system.variables, _AT_ONCE) as crowd:
        wanted = [_creation(f"small-{index}", _SMALL) for index in range(count)] + [_creation("big", resources)]
        made = [answer.json()["stack"]["id"] for answer, _ in crowd.ask(wanted)]
    ended = system.ends.wait(made, "CREATE")
    wrong = [end for end in ended.values() if end.status != "CREATE_COMPLETE"]
    if wrong:
        raise RuntimeError(f"{len(wrong)} stacks were not made: {wrong[0].status} {wrong[0].reason}")
    return Place(f"/stacks/big/{made[-1]}", f"/stacks/small-0/{made[0]}")


def _creation(name: str, resources: int) -> Request:
    return "POST", "/stacks", {"stack_name": name, "template": templates.flat(resources), "timeout_mins": 60}


def _measure(system: System, crowd: Crowd, clients: int, name: str, request: Request, rounds: int) -> dict[str, Any]:
    crowd.ask([request] * max(_WARM_UP, clients))
    costs = Costs(system.groups, (system.shape.messaging, system.shape.database))
    cpu, counts, begun = costs.cpu_seconds(), tally.read(system.tallies), time.perf_counter()
    answers = crowd.ask([request] * rounds)
    seconds = time.perf_counter() - begun
    used = {role: after - cpu[role] for role, after in costs.cpu_seconds().items()}
    found = tally.difference(tally.read(system.tallies), counts)
    statuses = Counter(answer.status_code for answer, _ in answers)
    took = [latency for _, latency in answers]
    return {
        "request": name,
        "clients": clients,
        "count": rounds,
        "seconds": seconds,
        "bytes": len(answers[0][0].content),
        "errors": {status: many for status, many in statuses.items() if status >= 400},
        "cpu_seconds": used,
        "statements": data_statements({"counts": found}),
        **{f"p{percent}_seconds": percentile(took, percent) for percent in (50, 95, 99)},
    }


_COLUMNS: Final[table.Columns] = (
    ("request", -16, lambda row: row["request"]),
    ("clients", 7, lambda row: str(row["clients"])),
    ("p50 ms", 8, lambda row: f"{row['p50_seconds'] * 1000:.1f}"),
    ("p95 ms", 8, lambda row: f"{row['p95_seconds'] * 1000:.1f}"),
    ("p99 ms", 8, lambda row: f"{row['p99_seconds'] * 1000:.1f}"),
    ("per s", 7, lambda row: f"{row['count'] / row['seconds']:.0f}"),
    ("api", 6, lambda row: table.cpu(row, "api", row["count"])),
    ("engine", 6, lambda row: table.cpu(row, "engine", row["count"])),
    ("broker*", 7, lambda row: table.cpu(row, "broker", row["count"])),
    ("db*", 6, lambda row: table.cpu(row, "database", row["count"])),
    ("data", 6, lambda row: f"{row['statements'] / row['count']:.1f}"),
    ("kB", 7, lambda row: f"{row['bytes'] / 1000:.1f}"),
    ("errors", 6, lambda row: str(row["errors"] or 0)),
)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers",
        description=__doc__,
        epilog=f"requests: {', '.join(REQUESTS)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_common(parser)
    parser.add_argument("--engines", type=positive, default=1, metavar="N", help="default %(default)s")
    parser.add_argument("--stacks", type=positive, default=1000, metavar="N", help="small stacks (default %(default)s)")
    parser.add_argument(
        "--resources", type=positive, default=500, metavar="N", help="of the big one (default %(default)s)"
    )
    parser.add_argument("--clients", type=positive, default=20, metavar="N", help="at once (default %(default)s)")
    parser.add_argument(
        "--rounds", type=positive, default=200, metavar="N", help="of each request (default %(default)s)"
    )
    parser.add_argument("requests", nargs="*", choices=[*REQUESTS, []], metavar="REQUEST", help="default: all")
    arguments = parser.parse_args(argv)
    arguments.requests = arguments.requests or list(REQUESTS)
    return arguments


if __name__ == "__main__":
    sys.exit(main())
