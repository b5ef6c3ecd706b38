"""Durations as CloudFormation writes them: ``PT1H30M10S``."""

from __future__ import annotations

import re
from typing import Final

_FORM: Final = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", re.IGNORECASE | re.ASCII)


def seconds_of(text: str) -> int:
    """Seconds of an ISO 8601 duration of hours, minutes and seconds; raises ValueError for any other text."""
    found = _FORM.fullmatch(text)
    if found is None or not any(found.groups()):
        raise ValueError(f"{text[:80]!r} is no duration of the form PT#H#M#S")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return (hours * 60 + minutes) * 60 + seconds
