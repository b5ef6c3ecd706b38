"""A type's schema as data, in the shape of ``GET /resource_types/{name}``."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any, Final

from heat_mq.resources.kit.resource import Resource
from heat_mq.resources.kit.schema import Any as AnyKind
from heat_mq.resources.kit.schema import Map, Prop, Support

_HEADING: Final = re.compile(r"(?:(?: and )?\w+::\w+::\w+)+: +(?P<text>.+?)(?:\n\n|$)", re.DOTALL)
SHOW = Map("The object as the service shows it.", name="show", cached=False)


def summary_of(cls: type[Resource]) -> str:
    """What a type is: the heading of its module, or of the package that it is in, and its own words."""
    name = cls.__module__
    while name:
        found = _HEADING.match(sys.modules[name].__doc__ or "")
        if found:
            heading = " ".join(found["text"].split())
            return "\n\n".join(filter(None, (heading[0].upper() + heading[1:], _own_words(cls))))
        name = name.rpartition(".")[0]
    return _own_words(cls)


def _own_words(cls: type[Resource]) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


def describe_property(prop: Prop, *, texts: bool = True) -> dict[str, Any]:
    """One property: type, required, default, constraints, nested schema, update_allowed, immutable."""
    out: dict[str, Any] = {
        "type": prop.kind,
        "required": prop.required,
        "update_allowed": prop.in_place,
        "immutable": prop.immutable,
    }
    if texts:
        out["description"] = prop.doc
    if prop.default is not None:
        out["default"] = prop.default
    if prop.constraints:
        out["constraints"] = [rule.as_dict() for rule in prop.constraints]
    if prop.children is not None:
        out["schema"] = {
            key: describe_property(child, texts=texts)
            for key, child in prop.children.items()
            if child is not None and not child.hidden
        }
    if prop.support != Support():
        out["support_status"] = prop.support.as_dict()
    return out


def describe_attribute(prop: Prop, *, texts: bool = True) -> dict[str, Any]:
    out: dict[str, Any] = {} if isinstance(prop, AnyKind) else {"type": prop.kind}
    if texts:
        out["description"] = prop.doc
    if prop.support != Support():
        out["support_status"] = prop.support.as_dict()
    return out


def describe_type(cls: type[Resource], *, texts: bool = True) -> dict[str, Any]:
    """``{resource_type, properties, attributes, support_status}``, hidden parts left out."""
    return {
        "resource_type": cls.type,
        "properties": {
            name: describe_property(prop, texts=texts) for name, prop in cls.Properties.props.items() if not prop.hidden
        },
        "attributes": {
            name: describe_attribute(prop, texts=texts) for name, prop in attributes_of(cls).items() if not prop.hidden
        },
        "support_status": {**Support().as_dict(), **cls.support.as_dict()},
    }


def attributes_of(cls: type[Resource]) -> dict[str, Prop]:
    """The type's attributes with the one that every type has."""
    return {**cls.Attributes.props, "show": SHOW}


__all__ = ["SHOW", "attributes_of", "describe_attribute", "describe_property", "describe_type"]
