"""What a port's body may hold, and the rules between security groups, address pairs and port security."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute
from heat_mq.simcloud.neutron.checks import (
    Inconvertible,
    Invalid,
    an_object,
    anything,
    boolean,
    fqdn,
    ip_address,
    list_of,
    mac_address,
    mapping,
    one_of,
    optional,
    prefix,
    text,
    unique,
    uuid_text,
)
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

VNIC_TYPES = (
    "normal",
    "direct",
    "macvtap",
    "baremetal",
    "direct-physical",
    "virtio-forwarder",
    "smart-nic",
    "accelerator-direct",
    "accelerator-direct-physical",
    "vdpa",
    "remote-managed",
)
MOST_PAIRS = 50
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", re.IGNORECASE)


def dns_name(value: Any) -> str:
    """A host name or one with its domain; "" is none."""
    name = text()(value)
    if name and not all(_LABEL.match(label) for label in name.rstrip(".").split(".")):
        raise Invalid(
            f"'{name}' not a valid PQDN or FQDN. Reason: Name '{name}' must be 1-63 characters long, each of which can "
            "only be alphanumeric or a hyphen"
        )
    return name


def fixed_ip(value: Any) -> dict[str, str]:
    """What says which address: other keys mean nothing."""
    known = {"ip_address": ip_address, "subnet_id": uuid_text}
    return {key: known[key](item) for key, item in an_object(value).items() if key in known}


def pair(value: Any) -> dict[str, str]:
    """An address or prefix, and perhaps a MAC."""
    given = PAIR(value)
    try:
        prefix(given["ip_address"])
    except Invalid as problem:
        raise bad_request(f"'{given['ip_address']}' is not a valid IP address") from problem
    return given


def dhcp_option(value: Any) -> dict[str, Any]:
    try:
        return dict(OPTION(value))
    except Invalid as problem:
        raise Inconvertible(f"No valid key specs matched for: {value}") from problem


PAIR = mapping(("ip_address",), ip_address=anything, mac_address=mac_address)
OPTION = mapping(("opt_name",), opt_name=text(), opt_value=optional(text()), ip_version=one_of(4, 6, "4", "6"))

ATTRIBUTES = (
    *STANDARD,
    NAME,
    TAGS,
    Attribute("network_id", uuid_text, REQUIRED, put=False),
    Attribute("admin_state_up", boolean, True),
    Attribute("mac_address", mac_address),
    Attribute("fixed_ips", optional(list_of(fixed_ip, "fixed IP"))),
    Attribute("device_id", text(), ""),
    Attribute("device_owner", text(), ""),
    Attribute("security_groups", optional(unique(list_of(uuid_text)))),
    Attribute("allowed_address_pairs", list_of(pair), []),
    Attribute("extra_dhcp_opts", list_of(dhcp_option), []),
    Attribute("port_security_enabled", boolean, None),
    Attribute("dns_name", dns_name, ""),
    Attribute("dns_domain", fqdn, ""),
    Attribute("qos_policy_id", optional(uuid_text), None),
    Attribute("qos_network_policy_id", post=False, put=False),
    Attribute("propagate_uplink_status", boolean, True, put=False),
    Attribute("binding:vnic_type", one_of(*VNIC_TYPES), "normal"),
    Attribute("binding:host_id", optional(text()), "", admin=True, hidden=True),
    Attribute("binding:profile", an_object, {}, admin=True, hidden=True),
    Attribute("binding:vif_type", post=False, put=False, hidden=True),
    Attribute("binding:vif_details", post=False, put=False, hidden=True),
    Attribute("dns_assignment", post=False, put=False),
    Attribute("ip_allocation", post=False, put=False),
    Attribute("resource_request", post=False, put=False, hidden=True),
    Attribute("status", post=False, put=False),
)


def extra_options(present: list[Document], wanted: list[Document]) -> list[Document]:
    """The DHCP options of a port after an update: given names replace, a null value removes."""
    options = {(each["opt_name"], each["ip_version"]): each for each in present}
    for option in wanted:
        key = (option["opt_name"], int(option.get("ip_version", 4)))
        if option.get("opt_value") is None:
            options.pop(key, None)
        else:
            options[key] = {"opt_name": key[0], "opt_value": option["opt_value"], "ip_version": key[1]}
    return list(options.values())


def settle_security(network: Network, port: Document, groups: list[str] | None, *, asked: bool) -> None:
    """Give a port its security groups: those that the request ``asked`` for or it has, else the default one."""
    trusted = port["device_owner"].startswith("network:")
    if groups is None:
        secured = port["port_security_enabled"] and not trusted
        groups = [network.security_groups.default_of(port["project_id"])["id"]] if secured else []
    elif groups:
        if not port["port_security_enabled"]:
            if not asked:
                raise conflict(
                    "Port has security group associated. Cannot disable port security or IP address until security "
                    "group is removed.",
                    "PortSecurityPortHasSecurityGroup",
                )
            raise bad_request(
                "Port security must be enabled and port must have an IP address in order to use security groups.",
                "PortSecurityAndIPRequiredForSecurityGroups",
            )
        for group_id in groups:
            network.security_groups.require(group_id, port["project_id"])
    port["security_groups"] = groups


def settle_pairs(port: Document) -> None:
    """Complete and check a port's allowed address pairs."""
    wanted = port["allowed_address_pairs"]
    if again := [each for place, each in enumerate(wanted) if each in wanted[:place]]:
        raise bad_request(
            f"Request contains duplicate address pair: mac_address {again[0].get('mac_address')} ip_address "
            f"{again[0]['ip_address']}.",
            "DuplicateAddressPairInRequest",
        )
    pairs = [
        {"ip_address": each["ip_address"], "mac_address": each.get("mac_address", port["mac_address"])}
        for each in wanted
    ]
    if pairs and not port["port_security_enabled"]:
        raise conflict(
            "Port Security must be enabled in order to have allowed address pairs on a port.",
            "AddressPairAndPortSecurityRequired",
        )
    if len(pairs) > MOST_PAIRS:
        raise bad_request(
            f"Exceeded maximum amount of allowed address pairs (quota): '{MOST_PAIRS}'.", "AllowedAddressPairExhausted"
        )
    port["allowed_address_pairs"] = pairs
