"""Events as they are listed and shown."""

from __future__ import annotations

from typing import Any

from heat_mq.api.views.links import Link, Links
from heat_mq.rpc.answers import Event


def summary(links: Links, event: Event) -> dict[str, Any]:
    """One item of a list."""
    return {
        "id": event["event_identity"]["path"].rpartition("/")[2],
        "event_time": event["event_time"],
        "resource_name": event["resource_name"],
        "logical_resource_id": event["resource_name"],
        "physical_resource_id": event["physical_resource_id"],
        "resource_status": f"{event['resource_action']}_{event['resource_status']}",
        "resource_status_reason": event["resource_status_reason"],
        "links": _links(links, event),
    }


def detail(links: Links, event: Event) -> dict[str, Any]:
    """An event as shown: type and properties of its resource are there."""
    return {
        **summary(links, event),
        "resource_type": event["resource_type"],
        "resource_properties": event["resource_properties"],
    }


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
