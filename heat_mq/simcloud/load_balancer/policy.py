"""Who may do what: Octavia's default rules, where they are not those of an object's owner."""

from __future__ import annotations

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.refusal import forbidden


def require(allowed: object) -> None:
    """Refusal 403 for a caller who is not ``allowed``."""
    if not allowed:
        raise forbidden("Policy does not allow this request to be performed.")


def require_admin(caller: Caller) -> None:
    require(caller.is_admin)
