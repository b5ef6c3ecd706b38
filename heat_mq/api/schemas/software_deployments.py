"""The bodies with which a software deployment is created and changed."""

from __future__ import annotations

from typing import Any, Final

from heat_mq import errors
from heat_mq.api.schemas import fields
from heat_mq.api.schemas.software_configs import short_text

LONGEST_PROJECT: Final = 64


def read_deployment(body: dict[str, Any]) -> dict[str, Any]:
    """Arguments for the engine. Raises ``BadRequest``."""
    given = {name: short_text(body, name) for name in ("server_id", "config_id")}
    for name, value in given.items():
        if not value:
            raise errors.BadRequest(f"{name!r} is missing: say which config goes to which server.")
    return {
        **given,
        "input_values": fields.mapping(body, "input_values"),
        **_state(body),
        "stack_user_project_id": short_text(body, "stack_user_project_id", LONGEST_PROJECT),
    }


def read_change(body: dict[str, Any]) -> dict[str, Any]:
    """Arguments for the engine; what is not given stays as it is. Raises ``BadRequest``."""
    return {
        "config_id": short_text(body, "config_id"),
        "input_values": fields.mapping(body, "input_values"),
        "output_values": fields.mapping(body, "output_values"),
        **_state(body),
    }


def _state(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "action": short_text(body, "action"),
        "status": short_text(body, "status"),
        "status_reason": fields.text(body, "status_reason"),
    }
