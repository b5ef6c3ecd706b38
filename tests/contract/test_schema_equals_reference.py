"""Every registered type has the schema of Heat's type of that name, hidden parts included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heat_mq.resources.kit import Prop, Resource, Support, registry
from heat_mq.resources.kit.describe import attributes_of

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "resource_types.json").read_text(encoding="utf-8")
)["types"]

#: ``type.properties.path`` or ``type.attributes.path``: why it differs there.
EXCEPTIONS: dict[str, str] = (
    {
        "OS::Neutron::NetworkGateway.properties.connections.default": "Heat's is an empty map, for a list",
        "OS::Nova::Server.properties.personality.support_status.see": "a note of the inventory, no fact about Heat",
        "OS::Nova::Server.attributes.console_urls.cache_mode": "a console's address is good once: it is never kept",
    }
    | {
        f"OS::Heat::{kind}Deployments.support_status.{fact}": "what takes over is told by the class, not by the API"
        for kind in ("Software", "Structured")
        for fact in ("see", "in_place_substitute_class")
    }
    | {
        f"OS::Nova::Quota.properties.{name}.support_status.see": "a note of the inventory, no fact about Heat"
        for name in ("injected_files", "injected_file_content_bytes", "injected_file_path_bytes")
    }
)

TYPES = {name: cls for name, cls in registry.load().items() if name in REFERENCE}


def as_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def property_facts(prop: Prop) -> dict[str, Any]:
    """What the reference tells of a property, in its shape."""
    facts: dict[str, Any] = {
        "type": prop.kind,
        "required": prop.required,
        "update_allowed": prop.in_place,
        "immutable": prop.immutable,
    }
    if prop.default is not None:
        facts["default"] = prop.default
    if prop.constraints:
        facts["constraints"] = sorted((rule.as_dict() for rule in prop.constraints), key=as_text)
    if prop.children is not None:
        facts["schema"] = {name: property_facts(child) for name, child in prop.children.items() if child is not None}
    if prop.support != Support():
        facts["support_status"] = prop.support.as_dict()
    if prop.hidden:
        facts["rest_visible"] = False
    if not prop.implemented:
        facts["implemented"] = False
    return facts


def attribute_facts(prop: Prop) -> dict[str, Any]:
    facts: dict[str, Any] = {} if prop.kind == "any" else {"type": prop.kind}
    if prop.support != Support():
        facts["support_status"] = prop.support.as_dict()
    if not prop.cached:
        facts["cache_mode"] = "cache_none"
    if prop.hidden:
        facts["rest_visible"] = False
    return facts


def wanted_property(facts: dict[str, Any]) -> dict[str, Any]:
    """The reference's facts, put in the order in which they are compared."""
    out = dict(facts)
    if "constraints" in out:
        rules = [{key: value for key, value in rule.items() if key != "description"} for rule in out["constraints"]]
        out["constraints"] = sorted(rules, key=as_text)
    if "schema" in out:
        out["schema"] = {name: wanted_property(child) for name, child in out["schema"].items()}
    return out


def differences(wanted: Any, found: Any, path: str) -> list[str]:
    """One line for each place in which two trees differ."""
    if path in EXCEPTIONS:
        return []
    if isinstance(wanted, dict) and isinstance(found, dict):
        lines = []
        for key in sorted(wanted.keys() | found.keys()):
            if key not in found:
                lines.append(f"{path}.{key} is missing: {json.dumps(wanted[key])[:200]}")
            elif key not in wanted:
                lines.append(f"{path}.{key} is too much: {json.dumps(found[key])[:200]}")
            else:
                lines += differences(wanted[key], found[key], f"{path}.{key}")
        return [line for line in lines if line.split(" ", 1)[0] not in EXCEPTIONS]
    same = as_text(wanted) == as_text(found)
    return [] if same else [f"{path} is {json.dumps(found)[:200]}, expected {json.dumps(wanted)[:200]}"]


@pytest.mark.contract
@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_properties_are_those_of_the_reference(name: str) -> None:
    wanted = {key: wanted_property(facts) for key, facts in REFERENCE[name]["properties"].items()}
    found = {key: property_facts(prop) for key, prop in TYPES[name].Properties.props.items()}
    assert differences(wanted, found, f"{name}.properties") == []


@pytest.mark.contract
@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_attributes_are_those_of_the_reference(name: str) -> None:
    found = {key: attribute_facts(prop) for key, prop in attributes_of(TYPES[name]).items()}
    assert differences(REFERENCE[name]["attributes"], found, f"{name}.attributes") == []


@pytest.mark.contract
@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_type_has_the_support_status_and_extension_of_the_reference(name: str) -> None:
    cls: type[Resource] = TYPES[name]
    wanted = REFERENCE[name]
    status = {**Support().as_dict(), **cls.support.as_dict()}
    assert differences(wanted["support_status"], status, f"{name}.support_status") == []
    if wanted.get("required_service_extension"):
        assert cls.needs_extension == wanted["required_service_extension"]


@pytest.mark.contract
@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_part_says_what_it_is(name: str) -> None:
    def without_text(props: dict[str, Prop], path: str) -> list[str]:
        found = [f"{path}.{key}" for key, prop in props.items() if not prop.doc.strip().endswith(".")]
        for key, prop in props.items():
            children = {each: child for each, child in (prop.children or {}).items() if child is not None}
            found += without_text(children, f"{path}.{key}")
        return found

    cls = TYPES[name]
    assert without_text(cls.Properties.props, "properties") + without_text(attributes_of(cls), "attributes") == []


def test_no_exception_is_left_over() -> None:
    known = {f"{name}." for name in TYPES}
    assert [path for path in EXCEPTIONS if not path.startswith(tuple(known))] == []
