"""Events as they are listed and shown."""

from __future__ import annotations

from typing import Any

from heat_mq.api.views.links import Link, Links
from heat_mq.rpc.answers import Event

#: Shown as the engine gives them: in lists and in details, and in details alone.
SHOWN = ("event_time", "resource_name", "physical_resource_id", "resource_status_reason")
DETAILS = ("resource_type", "resource_properties")


def summary(links: Links, event: Event) -> dict[str, Any]:
    """One item of a list."""
    return {
        "id": event["event_identity"]["path"].rpartition("/")[2],
        **_some(event, SHOWN),
        "logical_resource_id": event["resource_name"],
        "resource_status": f"{event['resource_action']}_{event['resource_status']}",
        "links": _links(links, event),
    }


def detail(links: Links, event: Event) -> dict[str, Any]:
    """An event as shown: type and properties of its resource are there."""
    return {**summary(links, event), **_some(event, DETAILS)}


def _some(event: Event, names: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {**event}
    return {name: found[name] for name in names}


def _links(links: Links, event: Event) -> list[Link]:
    identity = event["event_identity"]
    found = [
        links.link("self", identity),
        links.link("resource", identity, identity["path"].partition("/events/")[0]),
        links.link("stack", event["stack_identity"], ""),
    ]
    root = event.get("root_stack_id")
    if root:
        found.append(links.link("root_stack", root, ""))
    return found
