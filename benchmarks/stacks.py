"""How long stacks take and what they cost, on real processes: ``python -m benchmarks.stacks [CASE …]``.

It prints a row for each phase of each case, then ratios between the rows of this run; docs/benchmarks.rst tells what
they mean. The services are those of the tests (``tools/services``). Absolute figures are the machine's.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import cases, figures, table
from benchmarks.arguments import add_common, positive
from benchmarks.cases import Case
from benchmarks.measure import Bench
from benchmarks.system import MESSAGING, Shape, started

#: Makes connections and fills caches; it is not printed.
WARM_UP = cases.parse("flat 10")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the cases asked for; returns 1 when a stack did not end as it should, or the system gave up."""
    arguments = _arguments(argv)
    # Not to die on the spot: processes, database and virtual host of the run are to go with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    rows: list[dict[str, Any]] = []
    began = {
        "at": datetime.datetime.now(datetime.UTC).isoformat(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
    }
    print(f"{began['processors']} processors, load {os.getloadavg()[0]:.2f} before")
    broken = ""
    try:
        for shape in arguments.shapes:
            print(f"\n{shape}\n{table.heading()}", flush=True)
            for wanted in [[case] for case in arguments.cases] if arguments.fresh else [arguments.cases]:
                _run(shape, wanted, rows)
    except (AssertionError, RuntimeError, TimeoutError) as error:
        broken = str(error)  # what has been measured by then is good
    ratios = [*figures.growth(rows), *figures.scaling(rows)]
    print("", *ratios, "", table.LEGEND, sep="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps({"began": began, "rows": rows, "ratios": ratios}, indent=2) + "\n")
    if broken:
        print(f"the benchmark was broken off: {broken}", file=sys.stderr)
    return 1 if broken or any(row["failed"] for row in rows) else 0


def _run(shape: Shape, wanted: Sequence[Case], rows: list[dict[str, Any]]) -> None:
    """Measure the cases on one system, and add their rows as they come."""
    with started(shape) as system:
        bench = Bench(system)
        for _ in bench.measure(WARM_UP):
            pass
        for case in wanted:
            for row in bench.measure(case):
                rows.append(row)
                print(table.line(row), flush=True)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stacks",
        description=__doc__,
        epilog=f"cases:\n{cases.describe()}\n\ndefault: {', '.join(cases.DEFAULT)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_common(parser)
    parser.add_argument("--messaging", choices=MESSAGING, default="rabbit", help="fake: all in one process")
    parser.add_argument(
        "--engines", type=_counts, metavar="N[,N]", help="engines; several numbers run every case with each (default 2)"
    )
    parser.add_argument("--workers", type=positive, metavar="N", help="worker processes of each engine (default 2)")
    parser.add_argument("--api-workers", type=positive, metavar="N", help="worker processes of the API (default 1)")
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="new processes for each case: memory that the ones before took is not in it",
    )
    parser.add_argument("cases", nargs="*", type=_case, metavar="CASE", help="such as 'flat 100'")
    arguments = parser.parse_args(argv)
    if arguments.messaging == "fake" and (arguments.engines or arguments.workers or arguments.api_workers):
        parser.error("--messaging fake is one process: --engines, --workers and --api-workers have no meaning there")
    arguments.cases = arguments.cases or [cases.parse(text) for text in cases.DEFAULT]
    arguments.shapes = _shapes(arguments)
    return arguments


def _shapes(arguments: argparse.Namespace) -> list[Shape]:
    if arguments.messaging == "fake":
        return [Shape(arguments.database, "fake", engines=1, workers=1)]
    return [
        Shape(arguments.database, "rabbit", engines, arguments.workers or 2, arguments.api_workers or 1)
        for engines in arguments.engines or [2]
    ]


def _counts(text: str) -> list[int]:
    return [positive(word) for word in text.split(",")]


def _case(text: str) -> Case:
    try:
        return cases.parse(text)
    except cases.BadCase as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
