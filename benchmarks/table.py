"""Rows as a table for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from benchmarks.figures import data_statements, messages, transaction_statements

Row = Mapping[str, Any]
#: Heading, width (below 0: at the left) and text of each column.
Columns = Sequence[tuple[str, int, Callable[[Row], str]]]

COLUMNS: Final[Columns] = (
    ("case", -15, lambda row: row["case"]),
    ("phase", -10, lambda row: row["phase"]),
    ("wall s", 7, lambda row: f"{row['seconds']:.2f}"),
    ("ms/res", 7, lambda row: f"{row['seconds'] * 1000 / row['resources']:.2f}"),
    ("api", 6, lambda row: cpu(row, "api", row["resources"])),
    ("engine", 6, lambda row: cpu(row, "engine", row["resources"])),
    ("broker*", 7, lambda row: cpu(row, "broker", row["resources"])),
    ("db*", 6, lambda row: cpu(row, "database", row["resources"])),
    ("data", 7, lambda row: f"{data_statements(row) / row['resources']:.3f}"),
    ("txn", 7, lambda row: f"{transaction_statements(row) / row['resources']:.3f}"),
    ("msg", 6, lambda row: f"{messages(row) / row['resources']:.3f}"),
    ("RSS", 5, lambda row: f"{max(row['rss_mb']['engine'], default=0):.0f}"),
    ("others", 6, lambda row: f"{row['others_cpus']:.1f}"),
)

LEGEND: Final = (
    "api, engine, broker, db: CPU milliseconds for each resource (* the whole server's: it may serve others too);\n"
    "data, txn, msg: SELECT, INSERT, UPDATE, DELETE; BEGIN, COMMIT, ROLLBACK, pings; messages for each resource;\n"
    "RSS: highest resident memory of an engine worker in MB;\n"
    "others: processors that were busy with anything else meanwhile"
)

#: What only some rows have, and how it reads.
_REMARKS: Final[Mapping[str, str]] = {
    "request_seconds": "request {:.2f} s",
    "hop_ms": "{:.1f} ms a hop",
    "tail_seconds": "tail {:.3f} s",
    "beyond_seconds": "{:.2f} s beyond the wait",
    "p50_seconds": "p50 {:.3f} s",
    "p95_seconds": "p95 {:.3f} s",
}


def heading(columns: Columns = COLUMNS) -> str:
    """The first line."""
    return _joined([(name, width) for name, width, _ in columns])


def cells(row: Row, columns: Columns = COLUMNS) -> str:
    """What the columns say of a row."""
    return _joined([(text(row), width) for _, width, text in columns])


def line(row: Row) -> str:
    """One row; what else is known of it, and whether it failed, follows the columns."""
    notes = [form.format(row[name]) for name, form in _REMARKS.items() if name in row]
    if row["failed"]:
        notes.append(f"FAILED: {row['failed']}")
    return "  ".join([cells(row), ", ".join(notes)]).rstrip()


def cpu(row: Row, role: str, count: int) -> str:
    """Milliseconds of a processor for each of ``count``.

    Blank where there is no such process: the case is not free, it is paid elsewhere.
    """
    return f"{row['cpu_seconds'][role] * 1000 / count:.2f}" if role in row["cpu_seconds"] else ""


def _joined(texts: list[tuple[str, int]]) -> str:
    return " ".join(text.ljust(-width) if width < 0 else text.rjust(width) for text, width in texts)
