"""What list operations have in common: visibility, equality filters, sorting, pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.store import Document


def wanted_values(value: Any) -> set[str]:
    """The values of a query parameter that may be repeated, as text."""
    values = value if isinstance(value, list) else [value]
    return {str(each) for each in values}


def filtered(documents: Iterable[Document], query: dict[str, Any], keys: Iterable[str]) -> list[Document]:
    """The documents that equal the query in each of ``keys`` that the query has.

    Values are compared as text, true and false in any case; a repeated parameter means "one of".
    """
    tests = [(key, {_text(each) for each in wanted_values(query[key])}) for key in keys if key in query]
    return [each for each in documents if all(_text(each.get(key)) in values for key, values in tests)]


def paged(documents: list[Document], query: dict[str, Any], *, key: str = "id", most: int = 1000) -> list[Document]:
    """The page after ``marker`` of at most ``limit`` documents; Refusal 400 for a marker that is not there."""
    marker = query.get("marker")
    if marker:
        ids = [str(each[key]) for each in documents]
        if marker not in ids:
            raise bad_request(f"marker [{marker}] not found")
        documents = documents[ids.index(marker) + 1 :]
    try:
        limit = int(query.get("limit") or most)
    except ValueError:
        limit = -1
    if limit < 0:
        raise bad_request(f"limit must be a number of 0 or more, not {query['limit']!r}")
    return documents[: min(limit, most)]


def ordered(documents: list[Document], query: dict[str, Any]) -> list[Document]:
    """Sorted by ``sort_key``/``sort_dir`` (repeatable) or ``sort=key:dir,…``; as they are without."""
    for key, direction in reversed(_sort_keys(query)):
        documents = sorted(documents, key=lambda each: _sortable(each.get(key)), reverse=direction == "desc")
    return documents


def _sort_keys(query: dict[str, Any]) -> list[tuple[str, str]]:
    if sort := query.get("sort"):
        parts = [part.partition(":") for part in str(sort).split(",")]
        return [(key, direction or "asc") for key, _, direction in parts]
    keys = query.get("sort_key", [])
    directions = query.get("sort_dir", [])
    keys = keys if isinstance(keys, list) else [keys]
    directions = directions if isinstance(directions, list) else [directions]
    directions = [*directions, *["asc"] * (len(keys) - len(directions))]
    return list(zip(keys, directions, strict=False))


def _sortable(value: Any) -> tuple[bool, str, float]:
    if isinstance(value, int | float):
        return (True, "", float(value))
    return (value is not None, "" if value is None else str(value), 0.0)


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return text.lower() if text.lower() in ("true", "false") else text
