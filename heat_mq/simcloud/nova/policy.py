"""What the default policy leaves to administrators."""

from __future__ import annotations

from heat_mq.simcloud.refusal import forbidden
from heat_mq.simcloud.routing import Call


def require_admin(call: Call, rule: str) -> None:
    """Refuse (403) a caller who is no administrator."""
    if not call.caller.is_admin:
        raise forbidden(f"Policy doesn't allow {rule} to be performed.")
