"""The body of a request as JSON."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from heat_mq import errors
from heat_mq.text import unstorable


def read_json(raw: bytes) -> Any:
    """The value of a JSON body; an empty body is null.

    Raises ``BadRequest`` that says where reading stopped. What a database cannot store (NUL characters, halves of a
    surrogate pair) and what JSON does not know (NaN) is refused here, once.
    """
    if not raw.strip():
        return None
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise errors.BadRequest(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except UnicodeDecodeError as error:
        raise errors.BadRequest(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    except RecursionError as error:
        raise errors.BadRequest("The body is nested too deep.") from error
    except ValueError as error:
        raise errors.BadRequest(f"The body is not JSON: {error}.") from error
    # Only escapes can bring them past the decoder.
    if b"\\u" in raw and (what := unstorable(value)):
        raise errors.BadRequest(f"The body holds {what}.")
    return value


def read_map(raw: bytes) -> dict[str, Any]:
    """The value of a body that must be a JSON object. Raises ``BadRequest``."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise errors.BadRequest(f"The body must be a JSON object, not {kind(value)}.")
    return value


def kind(value: Any) -> str:
    """What a JSON value is, in words for a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
    return "a map"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
