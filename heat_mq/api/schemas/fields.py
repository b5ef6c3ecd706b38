"""Typed reading of single fields of a body. Every function raises ``BadRequest``; null counts as not given."""

from __future__ import annotations

from typing import Any

from heat_mq import errors
from heat_mq.api.refusals import BadValue
from heat_mq.text import TRUTHS
from heat_mq.web.body import kind

#: What a column of whole numbers holds.
LARGEST = 2**31 - 1


def text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise errors.BadRequest(f"{name!r} is text, not {kind(value)}.")
    return value


def mapping(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise errors.BadRequest(f"{name!r} is a map, not {kind(value)}.")
    return value


def texts(body: dict[str, Any], name: str) -> list[str] | None:
    """A list of texts."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, list):
        raise errors.BadRequest(f"{name!r} is a list of text, not {kind(value)}.")
    for position, item in enumerate(value):
        if not isinstance(item, str):
            raise errors.BadRequest(f"{name}[{position}] is text, not {kind(item)}.")
    return value


def flag(body: dict[str, Any], name: str) -> bool | None:
    """A boolean, or a text that stands for one as Heat reads it (``yes``, ``off``, ``1``, …)."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return value
    found = TRUTHS.get(str(value).strip().lower())
    if found is None:
        raise BadValue(f"{name!r} is true or false, not {value!r}.")
    return found


def count(body: dict[str, Any], name: str) -> int | None:
    """A whole number of at least 0, as a number or as text."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise errors.BadRequest(f"{name!r} is a whole number of at least 0, not {value!r}.")
    if value > LARGEST:
        raise errors.BadRequest(f"{name!r} is {LARGEST} at most.")
    return value
