"""Resources as they are listed and shown."""

from __future__ import annotations

from typing import Any

from heat_mq.api.views.links import Link, Links
from heat_mq.rpc.answers import Resource

SHOWN = (
    "resource_name",
    "resource_type",
    "resource_status_reason",
    "creation_time",
    "updated_time",
    "required_by",
)
#: Shown where the engine gave them.
OPTIONAL = ("description", "attributes")


def summary(links: Links, resource: Resource) -> dict[str, Any]:
    """One item of a list; with description and attributes when details were asked for."""
    view: dict[str, Any] = {name: resource.get(name) for name in SHOWN}
    view["logical_resource_id"] = resource["resource_name"]
    view["physical_resource_id"] = resource["physical_resource_id"] or ""
    view["resource_status"] = f"{resource['resource_action']}_{resource['resource_status']}"
    view["links"] = _links(links, resource)
    for name in OPTIONAL:
        if name in resource:
            view[name] = resource.get(name)
    if resource.get("parent_resource"):
        view["parent_resource"] = resource["parent_resource"]
    return view


def detail(links: Links, resource: Resource) -> dict[str, Any]:
    """A resource as shown: description and attributes are always there."""
    return {"description": "", "attributes": {}, **summary(links, resource)}


def _links(links: Links, resource: Resource) -> list[Link]:
    found = [
        links.link("self", resource["resource_identity"]),
        links.link("stack", resource["stack_identity"], ""),
    ]
    nested = resource.get("nested_stack_id")
    if nested:
        found.append(links.link("nested", nested, ""))
    return found
