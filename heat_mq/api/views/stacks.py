"""Stacks as they are listed, shown, created and previewed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from heat_mq.api.views.links import Links
from heat_mq.rpc.answers import Stack, StackIdentity, StackPreview

LISTED = (
    "stack_name",
    "creation_time",
    "updated_time",
    "deletion_time",
    "stack_status_reason",
    "stack_owner",
    "parent",
    "stack_user_project_id",
)
SHOWN = (*LISTED, "disable_rollback", "timeout_mins")
PREVIEWED = tuple(name for name in SHOWN if name != "stack_status_reason")


def created(links: Links, identity: StackIdentity) -> dict[str, Any]:
    """A stack of which only the identity is known."""
    return {"id": identity["stack_id"], "links": [links.link("self", identity, "")]}


def summary(links: Links, stack: Stack, *, with_project: bool = False) -> dict[str, Any]:
    """One item of a list; ``with_project`` when it spans projects."""
    view = {
        **created(links, stack["stack_identity"]),
        **_some(stack, LISTED),
        "stack_status": f"{stack['stack_action']}_{stack['stack_status']}",
        "description": stack["description"] or "",
        "tags": stack["tags"] or None,
    }
    if with_project:
        view["project"] = stack["stack_identity"]["tenant"]
    return view


def detail(links: Links, stack: Stack) -> dict[str, Any]:
    """A stack as shown; outputs only where the engine gave them."""
    view = {
        **created(links, stack["stack_identity"]),
        **_some(stack, SHOWN),
        **_common(stack),
        "stack_status": f"{stack['stack_action']}_{stack['stack_status']}",
    }
    if stack.get("outputs") is not None:
        view["outputs"] = stack["outputs"]
    return view


def preview(links: Links, stack: StackPreview) -> dict[str, Any]:
    """A stack that a create would make, with its resources as the engine gives them."""
    return {
        **created(links, stack["stack_identity"]),
        **_some(stack, PREVIEWED),
        **_common(stack),
        "resources": stack["resources"],
    }


def parameter_text(value: Any) -> str:
    """A parameter's value as text, as Heat shows it: lists with commas, maps as JSON."""
    match value:
        case str():
            return value
        case list() if all(isinstance(item, str) for item in value):
            return ",".join(value)
        case list() | dict():
            return json.dumps(value)
    return str(value)


def _some(stack: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: stack.get(name) for name in names}


def _common(stack: Mapping[str, Any]) -> dict[str, Any]:
    """What is shown alike of a stack that is there and of one that is not."""
    return {
        "description": stack["description"] or "",
        "template_description": stack.get("template_description") or stack["description"] or "",
        "parameters": {name: parameter_text(value) for name, value in (stack.get("parameters") or {}).items()},
        "tags": stack["tags"] or [],
        "capabilities": stack.get("capabilities") or [],
        "notification_topics": stack.get("notification_topics") or [],
    }
