"""Figures from measurements: percentiles, shares, ratios."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from benchmarks.cases import parse
from benchmarks.probe.tally import DATA, MESSAGES, TRANSACTION

Row = Mapping[str, Any]

#: What is compared between two rows, by its name in the text.
COMPARED: Final[Mapping[str, Callable[[Row], float]]] = {
    "time": lambda row: row["seconds"] / row["resources"],
    "engine CPU": lambda row: row["cpu_seconds"].get("engine", 0) / row["resources"],
    "SQL": lambda row: data_statements(row) / row["resources"],
    "messages": lambda row: messages(row) / row["resources"],
}


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of ``values`` that is not exceeded by ``percent`` of them (nearest rank); ValueError of none."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    rank = max(1, math.ceil(len(values) * percent / 100))
    return sorted(values)[rank - 1]


def data_statements(row: Row) -> int:
    """SELECT, INSERT, UPDATE and DELETE."""
    return sum(row["counts"].get(name, 0) for name in DATA)


def transaction_statements(row: Row) -> int:
    """BEGIN, COMMIT, ROLLBACK, pings and what sets up connections."""
    return sum(row["counts"].get(name, 0) for name in TRANSACTION)


def messages(row: Row) -> int:
    """Published messages."""
    return sum(row["counts"].get(name, 0) for name in MESSAGES)


def growth(rows: Sequence[Row]) -> list[str]:
    """A sentence for each phase of a kind that was run in two sizes: cost for a resource in the larger one."""
    found = []
    for larger in rows:
        smaller = [row for row in rows if _same_kind(row, larger) and row["resources"] < larger["resources"]]
        if not smaller or larger["case"].startswith("idle "):
            continue
        base = max(smaller, key=lambda row: row["resources"])
        times = ", ".join(
            f"{COMPARED[name](larger) / COMPARED[name](base):.2f} x {name}"
            for name in COMPARED
            if COMPARED[name](base) > 0
        )
        found.append(f"{larger['case']} {larger['phase']} against {base['case']}, for each resource: {times}")
    return found


def scaling(rows: Sequence[Row]) -> list[str]:
    """A sentence for each phase that was run with different numbers of engines: how much faster it is with more."""
    found = []
    for more in rows:
        fewer = [row for row in rows if _same_work(row, more) and row["shape"]["engines"] < more["shape"]["engines"]]
        if fewer:
            base = min(fewer, key=lambda row: row["shape"]["engines"])
            found.append(
                f"{more['case']} {more['phase']}: {more['shape']['engines']} engines are "
                f"{base['seconds'] / more['seconds']:.2f} x as fast as {base['shape']['engines']}"
            )
    return found


def _same_kind(one: Row, other: Row) -> bool:
    """Whether the cases differ in their first number alone."""
    mine, theirs = parse(one["case"]), parse(other["case"])
    return (mine.name, mine.sizes[1:], one["phase"], one["shape"]) == (
        theirs.name,
        theirs.sizes[1:],
        other["phase"],
        other["shape"],
    )


def _same_work(one: Row, other: Row) -> bool:
    mine, theirs = ({**row["shape"], "engines": 0} for row in (one, other))
    return (one["case"], one["phase"], mine) == (other["case"], other["phase"], theirs)
