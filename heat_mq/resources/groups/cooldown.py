"""The time after a change of size in which a group takes no other, kept in the group's metadata.

``cooldown_end`` is a map of one entry, the end (ISO 8601, UTC) and what it follows from; ``scaling_in_progress`` tells
that the group's size is being changed. Times are UTC without a zone.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

END: Final = "cooldown_end"
BUSY: Final = "scaling_in_progress"
KEYS: Final = (END, BUSY)

BEGUN: Final = {BUSY: True}
"""What the metadata says while the size is being changed."""
GIVEN_UP: Final = {BUSY: False}
"""What it says after a change that failed: no cooldown follows."""


def is_over(metadata: Mapping[str, Any], now: datetime.datetime) -> bool:
    end = _end(metadata)
    return end is None or now >= end


def ended(metadata: Mapping[str, Any], seconds: float | None, reason: str, now: datetime.datetime) -> dict[str, Any]:
    """What the metadata says after a change of size; a later end that stands there stays. ``seconds`` None means 0."""
    end = now + datetime.timedelta(seconds=max(seconds or 0, 0))
    before = _end(metadata)
    if before is not None and before > end:
        end = before
    return {END: {end.isoformat(): reason}, BUSY: False}


def _end(metadata: Mapping[str, Any]) -> datetime.datetime | None:
    """The end that stands in the metadata; what is none (a template may set anything there) does not count."""
    known = metadata.get(END)
    if not isinstance(known, Mapping) or not known:
        return None
    try:
        end = datetime.datetime.fromisoformat(str(next(iter(known))))
    except ValueError:
        return None
    return end.astimezone(datetime.UTC).replace(tzinfo=None) if end.tzinfo else end
