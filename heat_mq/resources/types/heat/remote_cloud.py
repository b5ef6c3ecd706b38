"""Which orchestration service a remote stack is of, and what it says of the stack's state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from heat_mq.errors import Bug, CloudError, CloudTransient, ServiceMissing, UserError
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


def validate(call: Call, place: Place, body: Mapping[str, Any]) -> None:
    """Let the other side check a stack; raises Refused in the words that Heat's clients know."""
    region = region_of(place) or call.cloud.region
    try:
        api(call, place).post("/validate", body)
    except (ServiceMissing, Failed) as error:
        reason = error.fields.get("reason") or error.message
        raise Refused(f'Cannot establish connection to Heat endpoint at region "{region}" due to "{reason}"') from error
    except CloudTransient:
        raise
    except CloudError as error:
        text, problems = _told(error)
        raise Refused(
            f'Failed validating stack template using Heat endpoint at region "{region}" due to "ERROR: {text}"',
            problems=problems,
        ) from error


class Refused(UserError):
    """What the other side says of the stack; ``problems`` are its own, in the template that it was given."""

    type = "StackValidationFailed"


def _told(error: CloudError) -> tuple[str, list[dict[str, Any]]]:
    """The text of a refusal, and its problems where the other side lists them: then the first, its path where needed.

    A path that the text holds is not said twice.
    """
    problems = [each for each in error.fields.get("problems") or () if isinstance(each, dict)]
    if not problems:
        return error.message, []
    text, path = str(problems[0].get("message") or error.message), str(problems[0].get("path") or "")
    return (text if path in text else f"{path}: {text}"), problems


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
