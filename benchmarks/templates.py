"""Templates of any size."""

from __future__ import annotations

from typing import Any

Template = dict[str, Any]
VERSION = "2018-08-31"


def flat(count: int) -> Template:
    """Resources that know nothing of each other."""
    return _template({f"r{index}": {"type": "OS::Heat::RandomString"} for index in range(count)})


def chain(count: int) -> Template:
    """Each resource needs the one before."""
    resources: dict[str, Any] = {"r0": {"type": "OS::Heat::Value", "properties": {"value": 0}}}
    for index in range(1, count):
        value = {"get_attr": [f"r{index - 1}", "value"]}
        resources[f"r{index}"] = {"type": "OS::Heat::Value", "properties": {"value": value}}
    return _template(resources)


def fan_in(count: int) -> Template:
    """One resource needs all the others."""
    names = [f"r{index}" for index in range(count)]
    resources: dict[str, Any] = {name: {"type": "OS::Heat::RandomString"} for name in names}
    values = [{"get_attr": [name, "value"]} for name in names]
    resources["all"] = {"type": "OS::Heat::Value", "properties": {"value": values}}
    return _template(resources)


def group(count: int) -> Template:
    """A group of nested stacks of two resources each."""
    member = {
        "type": "OS::Heat::ResourceGroup",
        "properties": {"count": 2, "resource_def": {"type": "OS::Heat::RandomString"}},
    }
    return _template(
        {"group": {"type": "OS::Heat::ResourceGroup", "properties": {"count": count, "resource_def": member}}}
    )


def slow(count: int) -> Template:
    """Resources that take two seconds of somebody else's time each."""
    properties = {"wait_secs": 2}
    return _template(
        {f"r{index}": {"type": "OS::Heat::TestResource", "properties": properties} for index in range(count)}
    )


def _template(resources: dict[str, Any]) -> Template:
    return {"heat_template_version": VERSION, "resources": resources}
