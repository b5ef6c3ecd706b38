"""What a restored stack keeps of its snapshot: property values that stand over those of its templates.

The values lead to what was saved (an image, a backup). They hold for the stack and for those nested in it, whose
templates are made anew at each update, until the stack gets another template.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.template.versions import Words

PROPERTIES = "properties"
SAVED = "saved"
NESTED = "nested"
TOKEN = "token"

Overlay = Mapping[str, Any]
"""``{"properties": {resource: {property: value or None}}, "saved": {resource: data}, "nested": {resource: Overlay},
"token": text}``; what is empty is left out."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """What was saved of one resource, and property values, None for one to leave out.

    ``parent`` is the part of the resource that owns the nested stack.
    """

    id: str
    name: str
    parent: str | None
    properties: Mapping[str, Any]
    saved: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def build_overlay(parts: Iterable[Part], token: str) -> dict[str, Any]:
    """The overlay of a stack; ``token`` tells one restore from another of the same snapshot."""
    by_parent: dict[str | None, list[Part]] = {}
    for part in parts:
        by_parent.setdefault(part.parent, []).append(part)

    def build(parent: str | None) -> dict[str, Any]:
        mine = by_parent.get(parent, [])
        properties = {part.name: dict(part.properties) for part in mine if part.properties}
        saved = {part.name: dict(part.saved) for part in mine if part.saved}
        nested = {part.name: inner for part in mine if part.id in by_parent and (inner := build(part.id))}
        return {key: value for key, value in ((PROPERTIES, properties), (SAVED, saved), (NESTED, nested)) if value}

    found = build(None)
    return {**found, TOKEN: token} if found else {}


def overlay_of_child(overlay: Overlay, name: str) -> dict[str, Any]:
    """What of an overlay is about the nested stack of a resource."""
    inner = overlay.get(NESTED, {}).get(name)
    return {**inner, TOKEN: overlay.get(TOKEN, "")} if inner else {}


def put_over(raw: Mapping[str, Any], words: Words, overlay: Overlay) -> dict[str, Any]:
    """A template's content with the overlay's values; what it has no resource for is left out."""
    section, key = words.sections["resources"], words.resource["properties"]
    resources = dict(raw.get(section) or {})
    for name, values in overlay.get(PROPERTIES, {}).items():
        if isinstance(resources.get(name), Mapping):
            kept = {prop: value for prop, value in (resources[name].get(key) or {}).items() if prop not in values}
            given = {prop: value for prop, value in values.items() if value is not None}
            resources[name] = {**resources[name], key: {**kept, **given}}
    return {**raw, section: resources}
