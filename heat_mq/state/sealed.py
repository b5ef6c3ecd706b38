"""What a row keeps beside its properties, sealed together.

The resource's data and the progress of an operation under way are the type's. ``tried`` are the property values of
updates that began and did not end, since one did: what of them the object has is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.crypt import Box
from heat_mq.db.records import ResourceRow

MOST_TRIED: Final = 10
"""Unfinished updates that are kept: one after the other may fail, and a row must not grow for ever."""


def open_properties(box: Box, row: ResourceRow) -> dict[str, Any]:
    """The property values that the resource's last step has stored."""
    return dict(box.open(row.properties)) if row.properties else {}


def open_data(box: Box, row: ResourceRow) -> dict[str, Any]:
    """The data of the resource's whole life."""
    return dict(box.open(row.data)["data"]) if row.data else {}


def open_kept(box: Box, row: ResourceRow) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """Data, progress and the values that were tried, by one decryption."""
    kept = box.open(row.data) if row.data else {"data": {}, "progress": {}}
    return dict(kept["data"]), dict(kept["progress"]), list(kept.get("tried", ()))


def open_progress(box: Box, row: ResourceRow) -> dict[str, Any]:
    """The progress of the operation that the row is in the middle of."""
    return dict(box.open(row.data)["progress"]) if row.data else {}


def open_tried(box: Box, row: ResourceRow) -> list[dict[str, Any]]:
    """The values that unfinished updates wanted, the latest last."""
    return list(box.open(row.data).get("tried", ())) if row.data else []


def tried_too(tried: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those of unfinished updates with one more."""
    return [dict(each) for each in (*(each for each in tried if each != values), values)][-MOST_TRIED:]


def is_marked(box: Box, row: ResourceRow) -> bool:
    """Whether somebody has marked the resource as unhealthy; gone when its next action ends."""
    return bool(box.open(row.data).get("marked")) if row.data else False


def reseal_marked(box: Box, row: ResourceRow, marked: bool) -> str | None:
    """The row's data with the mark set or taken away."""
    kept = dict(box.open(row.data)) if row.data else {"data": {}, "progress": {}}
    kept.pop("marked", None)
    if marked:
        kept["marked"] = True
    return box.seal(kept) if any(kept.values()) else None


def seal_data(
    box: Box, data: dict[str, Any], progress: dict[str, Any] | None = None, tried: Sequence[Mapping[str, Any]] = ()
) -> str | None:
    """All three as the row keeps them; None when there is nothing to keep."""
    if not data and not progress and not tried:
        return None
    kept: dict[str, Any] = {"data": data, "progress": progress or {}}
    return box.seal({**kept, "tried": list(tried)} if tried else kept)
