"""Which orchestration service a remote stack is of, and what it says of the stack's state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from heat_mq.errors import Bug
from heat_mq.resources.kit import Call, CloudGone, Copy, Failed

Place = Mapping[str, Any] | None


def api(call: Call, place: Place) -> Any:
    """The service in the region and cloud that the property ``context`` names; raises Failed for a bad secret."""
    given = place or {}
    cloud = call.cloud
    secret, region = given.get("credential_secret_id"), given.get("region_name") or None
    if secret:
        login = _login(call, str(secret))
        cloud = cloud.logged_in(
            str(login["auth_type"]),
            login["auth"],
            region=region,
            ca_cert=given.get("ca_cert") or "",
            insecure=bool(given.get("insecure")),
        )
    elif region:
        cloud = cloud.in_region(region)
    return cloud.service("orchestration")


def region_of(place: Place) -> str:
    return str((place or {}).get("region_name") or "")


def state_of(stack: Mapping[str, Any]) -> tuple[str, str]:
    """Action and status: ``("CREATE", "IN_PROGRESS")``."""
    action, _, status = str(stack.get("stack_status") or "").partition("_")
    return action, status


def action_of(stack: Mapping[str, Any]) -> str:
    return state_of(stack)[0]


def copy_of(call: Call) -> Copy:
    """What the snapshot keeps of the remote stack."""
    if call.copy is None:
        raise Bug("a snapshot is taken without a copy to take")
    return call.copy


def _login(call: Call, secret: str) -> dict[str, Any]:
    """What the secret holds. It is read each time and kept nowhere; errors show nothing of it."""
    try:
        text = call.cloud.service("key-manager").payload(secret)
    except CloudGone:
        raise Failed(f"credential_secret_id: there is no secret {secret} with a payload") from None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("auth"), dict) or not found.get("auth_type"):
        raise Failed(f'credential_secret_id: secret {secret} is no JSON map {{"auth_type": …, "auth": {{…}}}}')
    return found
