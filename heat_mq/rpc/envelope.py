"""How an answer or an error is wrapped: ``{"ok": value}`` or ``{"error": {type, message, fields}}``.

Errors cross as data, so that neither side loads the other's classes and nothing of a traceback leaves the engine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from heat_mq import errors

LOG = logging.getLogger(__name__)

#: The type of an error whose cause stays in the engine's log.
INTERNAL = "InternalError"


def wrap(name: str, answer: Callable[[], Any]) -> dict[str, Any]:
    """Work out ``answer()`` and wrap it. An unexpected exception is logged and crosses without its text."""
    try:
        return {"ok": answer()}
    except errors.Bug as bug:
        LOG.exception("%s: a rule of our own was broken", name)
        return _error(bug.type, "The engine met a state that must not be; its log says more.", {})
    except errors.Error as error:
        LOG.debug("%s: %s: %s", name, error.type, error.message)
        return _error(error.type, error.message, error.fields)
    except Exception:
        LOG.exception("%s failed", name)
        return internal_error()


def internal_error() -> dict[str, Any]:
    """The answer when something unexpected happened: no more than that it did."""
    return _error(INTERNAL, "The engine could not serve the request; its log says why.", {})


def unwrap(name: str, envelope: Any) -> Any:
    """The value of an answer; raises ``RemoteError`` when it is an error."""
    match envelope:
        case {"ok": value}:
            return value
        case {"error": {"type": str(kind), "message": str(message), "fields": dict(fields)}}:
            raise errors.RemoteError(kind, message, fields)
    raise errors.Bug(f"the answer to {name} is neither a value nor an error: {type(envelope).__name__}")


def _error(kind: str, message: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, "fields": fields}}
