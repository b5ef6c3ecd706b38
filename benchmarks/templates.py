"""Templates of any size."""

from __future__ import annotations

from typing import Any

Template = dict[str, Any]
VERSION = "2018-08-31"
SLOW_SECONDS = 2
FLAVOR = "m1.nano"
IMAGE = "cirros"


def flat(count: int) -> Template:
    """Resources that know nothing of each other."""
    return _template({f"r{index}": {"type": "OS::Heat::RandomString"} for index in range(count)})


def values(count: int, first: int = 0) -> Template:
    """Independent values, the first of which can be given, to be updated in place."""
    return _template({f"r{index}": _value(first if index == 0 else 0) for index in range(count)})


def chain(count: int) -> Template:
    """Each resource needs the one before."""
    resources: dict[str, Any] = {"r0": _value(0)}
    for index in range(1, count):
        resources[f"r{index}"] = _value(_output(f"r{index - 1}"))
    return _template(resources)


def layers(width: int, depth: int) -> Template:
    """``depth`` layers of ``width`` resources; each needs two of the layer before."""
    resources: dict[str, Any] = {f"r0_{index}": _value(index) for index in range(width)}
    for layer in range(1, depth):
        for index in range(width):
            # The order alone: values of values would double in size with each layer.
            needed = [f"r{layer - 1}_{other}" for other in sorted({index, (index + 1) % width})]
            resources[f"r{layer}_{index}"] = {**_value(layer), "depends_on": needed}
    return _template(resources)


def fan_in(count: int) -> Template:
    """One resource needs all the others."""
    names = [f"r{index}" for index in range(count)]
    resources: dict[str, Any] = {name: {"type": "OS::Heat::RandomString"} for name in names}
    resources["all"] = _value([_output(name) for name in names])
    return _template(resources)


def group(count: int, members: int = 2) -> Template:
    """A group of ``count`` nested stacks of ``members`` resources each."""
    member = {
        "type": "OS::Heat::ResourceGroup",
        "properties": {"count": members, "resource_def": {"type": "OS::Heat::RandomString"}},
    }
    return _template(
        {"group": {"type": "OS::Heat::ResourceGroup", "properties": {"count": count, "resource_def": member}}}
    )


def slow(count: int) -> Template:
    """Resources that take two seconds of somebody else's time each."""
    properties = {"wait_secs": SLOW_SECONDS}
    return _template(
        {f"r{index}": {"type": "OS::Heat::TestResource", "properties": properties} for index in range(count)}
    )


def servers(count: int) -> Template:
    """Servers without networks: one request each, and then to be waited for."""
    networks = [{"allocate_network": "none"}]
    properties = {"flavor": FLAVOR, "image": IMAGE, "networks": networks, "user_data_format": "RAW"}
    return _template({f"r{index}": {"type": "OS::Nova::Server", "properties": properties} for index in range(count)})


def volumes(count: int) -> Template:
    """Empty volumes."""
    return _template({f"r{index}": {"type": "OS::Cinder::Volume", "properties": {"size": 1}} for index in range(count)})


def _value(value: Any) -> dict[str, Any]:
    return {"type": "OS::Heat::Value", "properties": {"value": value}}


def _output(name: str) -> dict[str, Any]:
    return {"get_attr": [name, "value"]}


def _template(resources: dict[str, Any]) -> Template:
    return {"heat_template_version": VERSION, "resources": resources}
