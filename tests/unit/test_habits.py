"""What every test keeps to."""

from __future__ import annotations

import pathlib
import re

TESTS = pathlib.Path(__file__).parents[1]
CLOCKS = re.compile(r"\btime\.(perf_counter|monotonic)\w*\(")


def test_no_test_measures_time():
    """How long something takes is the machine's: count lines, statements or calls, or let threads meet at a barrier."""
    measuring = [path.name for path in TESTS.rglob("test_*.py") if CLOCKS.search(path.read_text())]
    assert measuring == []
