"""Rules between a server's properties. Values may be UNKNOWN, which breaks no rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.template.marks import UNKNOWN

Values = Mapping[str, Any]

SOURCES: Final = ("volume_id", "snapshot_id", "image", "image_id", "swap_size")
EPHEMERAL: Final = ("ephemeral_size", "ephemeral_format")
#: Nova takes an address or a port; a network named beside a port changes nothing.
PORT_EXCLUDES: Final = ("fixed_ip",)
ALLOCATE_EXCLUDES: Final = (
    "network",
    "uuid",
    "subnet",
    "fixed_ip",
    "port",
    "port_extra_properties",
    "floating_ip",
    "tag",
)


def check(props: Values) -> Iterable[Problem]:
    """All problems; paths are relative to the properties."""
    yield from _boot_source(props)
    yield from _devices(props)
    yield from _networks(props)
    yield from _software_config(props)


def given(values: Values, key: str) -> bool:
    """Whether a property has a value, known or not."""
    value = values.get(key)
    return value is UNKNOWN or value not in (None, "", [], {})


def entries_of(values: Values, key: str) -> Sequence[Values]:
    """The known maps in a list; those that are not known yet are left out."""
    value = values.get(key)
    if value is UNKNOWN or not isinstance(value, list):
        return ()
    return [item if isinstance(item, Mapping) else {} for item in value]


def _boot_source(props: Values) -> Iterator[Problem]:
    if given(props, "block_device_mapping") and given(props, "block_device_mapping_v2"):
        yield Problem(
            "block_device_mapping and block_device_mapping_v2 cannot both be given", path="block_device_mapping"
        )
    if given(props, "image") or UNKNOWN in (
        props.get("block_device_mapping"),
        props.get("block_device_mapping_v2"),
    ):
        return
    sources = ("volume_id", "snapshot_id", "image", "image_id")
    devices = [*entries_of(props, "block_device_mapping"), *entries_of(props, "block_device_mapping_v2")]
    if not any(not device or any(given(device, source) for source in sources) for device in devices):
        yield Problem("Neither image nor bootable volume is specified for the server", path="image")


def _devices(props: Values) -> Iterator[Problem]:
    for index, device in enumerate(entries_of(props, "block_device_mapping")):
        yield from _one_source(device, ("volume_id", "snapshot_id"), f"block_device_mapping[{index}]")
    for index, device in enumerate(entries_of(props, "block_device_mapping_v2")):
        where = f"block_device_mapping_v2[{index}]"
        yield from _one_source(device, SOURCES, where, EPHEMERAL)
        has_image = given(device, "image") or given(device, "image_id")
        if has_image and not given(device, "volume_size"):
            yield Problem("A volume made of an image needs volume_size", path=f"{where}.volume_size")


def _one_source(device: Values, sources: Sequence[str], where: str, alike: Sequence[str] = ()) -> Iterator[Problem]:
    """Exactly one of ``sources`` is given, or some of ``alike``, which together count as one."""
    if not device:
        return
    found = [source for source in sources if given(device, source)]
    found += [" and ".join(alike)] if any(given(device, key) for key in alike) else []
    if len(found) != 1:
        text = f"{' and '.join(found)} cannot be given together" if found else "The device has no source"
        yield Problem(text, path=where, expected=f"one of {', '.join([*sources, *alike])}")


def _networks(props: Values) -> Iterator[Problem]:
    entries = entries_of(props, "networks")
    for index, entry in enumerate(entries):
        if entry:
            yield from _network(entry, f"networks[{index}]", alone=len(entries) == 1)
    if given(props, "security_groups") and any(given(entry, "port") for entry in entries):
        yield Problem(
            "security_groups cannot be given together with a port in networks: a port has security groups of its own",
            path="security_groups",
        )


def _network(entry: Values, where: str, *, alone: bool) -> Iterator[Problem]:
    excluded: tuple[str, ...] = ()
    chosen = ""
    if given(entry, "allocate_network"):
        excluded, chosen = ALLOCATE_EXCLUDES, "allocate_network"
        if not alone:
            yield Problem("allocate_network must be the only entry of networks", path=where)
    elif given(entry, "port"):
        excluded, chosen = PORT_EXCLUDES, "port"
    elif not any(given(entry, key) for key in ("network", "uuid", "subnet")):
        yield Problem(
            "An interface needs a network, a subnet or a port",
            path=where,
            expected="one of network, subnet, port, allocate_network",
        )
    both = [key for key in excluded if given(entry, key)]
    if both:
        yield Problem(f"{', '.join(both)} cannot be given together with {chosen}", path=f"{where}.{both[0]}")
    extra = entry.get("port_extra_properties")
    if (
        isinstance(extra, Mapping)
        and extra.get("no_fixed_ips") is True
        and (given(entry, "fixed_ip") or given(entry, "subnet"))
    ):
        yield Problem(
            "no_fixed_ips cannot be given together with fixed_ip or subnet", path=f"{where}.port_extra_properties"
        )


def _software_config(props: Values) -> Iterator[Problem]:
    where = props.get("deployment_swift_data")
    if isinstance(where, Mapping) and given(where, "object") and not given(where, "container"):
        yield Problem("deployment_swift_data needs a container for its object", path="deployment_swift_data.container")
