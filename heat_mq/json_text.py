"""JSON text of values that may be big: answers with a thousand stacks are written in a millisecond."""

from __future__ import annotations

import json
import math
from typing import Any

import orjson

#: What JSON does not know is refused, though orjson could write it.
_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def write(value: Any) -> bytes:
    """The value as compact UTF-8 text; TypeError when JSON has nothing like it.

    Integers of any size, lone surrogates and keys that are no text are written as :mod:`json` does, which is slower.
    NaN and infinities, which JSON has no number for, are null; a UUID is text.
    """
    try:
        return orjson.dumps(value, option=_STRICT)
    except TypeError:
        return json.dumps(_finite(value), separators=(",", ":"), allow_nan=False).encode()


def _finite(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _finite(each) for key, each in value.items()}
        case list() | tuple():
            return [_finite(each) for each in value]
    return value
