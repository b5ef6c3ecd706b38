"""Rules of security groups."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import integer, one_of, optional, uuid_text
from heat_mq.simcloud.neutron.kind import STANDARD, Kind
from heat_mq.simcloud.refusal import Refusal, bad_request, conflict, not_found
from heat_mq.simcloud.store import Document

PROTOCOLS = {
    "ah": 51, "dccp": 33, "egp": 8, "esp": 50, "gre": 47, "hopopt": 0, "icmp": 1, "igmp": 2, "ip": 0, "ipip": 4,
    "ipv6-encap": 41, "ipv6-frag": 44, "ipv6-icmp": 58, "icmpv6": 58, "ipv6-nonxt": 59, "ipv6-opts": 60,
    "ipv6-route": 43, "ospf": 89, "pgm": 113, "rsvp": 46, "sctp": 132, "tcp": 6, "udp": 17, "udplite": 136,
    "vrrp": 112,
}  # fmt: skip
KNOWN = (None, "any", *PROTOCOLS)
MOST = 65535
WITH_PORTS = ("tcp", "udp", "sctp", "dccp", "udplite", "6", "17", "132", "33", "136")
ICMP = ("icmp", "icmpv6", "ipv6-icmp", "1", "58")
SAME = (
    "direction", "ethertype", "protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id",
    "security_group_id",
)  # fmt: skip


def protocol(value: Any) -> Any:
    """A name or number as text; "any" is none. What is neither is refused by :class:`SecurityGroupRules`."""
    return None if value is None or str(value).lower() == "any" else str(value).lower()


def ethertype(value: Any) -> str:
    for known in ("IPv4", "IPv6"):
        if str(value).lower() == known.lower():
            return known
    raise bad_request(
        f"Security group rule for ethertype '{value}' not supported. Allowed values are ['IPv4', 'IPv6'].",
        "SecurityGroupRuleInvalidEtherType",
    )


def port(value: Any) -> int | None:
    """A port, or a type or code of ICMP."""
    number: int | None = optional(integer())(value)
    if number is not None and not 0 <= number <= MOST:
        raise _bad_port(number)
    return number


def remote_prefix(value: Any) -> str | None:
    """A network, or an address as the network of itself."""
    try:
        network = ipaddress.ip_network(value, strict=False) if value is not None else None
    except ValueError:
        raise bad_request(f"Invalid CIDR {value} given as IP prefix.", "InvalidCIDR") from None
    return None if network is None else str(value) if "/" in str(value) else str(network)


class SecurityGroupRules(Kind):
    """``/v2.0/security-group-rules``."""

    singular = "security_group_rule"
    plural = "security_group_rules"
    index = ("security_group_id", "project_id")
    missing = ("SecurityGroupRuleNotFound", "Security group rule {} does not exist")
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            Attribute("security_group_id", uuid_text, REQUIRED, put=False),
            Attribute("direction", one_of("ingress", "egress"), REQUIRED, put=False),
            Attribute("ethertype", ethertype, "IPv4", put=False),
            Attribute("protocol", protocol, None, put=False),
            Attribute("port_range_min", port, None, put=False),
            Attribute("port_range_max", port, None, put=False),
            Attribute("remote_ip_prefix", remote_prefix, None, put=False),
            Attribute("remote_group_id", optional(uuid_text), None, put=False),
            Attribute("remote_address_group_id", optional(uuid_text), None, put=False),
            Attribute("normalized_cidr", post=False, put=False),
            Attribute("belongs_to_default_sg", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        group = self.network.security_groups.documents.get(document["security_group_id"])
        if group is None or not caller.sees(group["project_id"]):
            raise self.network.security_groups.unknown(document["security_group_id"])
        if remote := document["remote_group_id"]:
            self.network.security_groups.require(remote, group["project_id"])
        if document["remote_address_group_id"]:
            raise not_found(
                f"Address group {document['remote_address_group_id']} could not be found.", "AddressGroupNotFound"
            )
        _check(document)
        _normalize(document)
        for other in self.documents.where(security_group_id=group["id"]):
            if all(other[key] == document[key] for key in SAME):
                raise conflict(
                    f"Security group rule already exists. Rule id is {other['id']}.", "SecurityGroupRuleExists"
                )
        self._save(group, document)
        self.network.security_groups.touch(group)
        return document

    def unmake(self, document: Document) -> None:
        super().unmake(document)
        group = self.network.security_groups.documents.get(document["security_group_id"])
        if group is not None:
            self.network.security_groups.touch(group)

    def allow_egress(self, group: Document) -> None:
        """The two rules that every new group has: out to everywhere."""
        for ethertype in ("IPv4", "IPv6"):
            self._own(group, direction="egress", ethertype=ethertype)

    def allow_among_members(self, group: Document) -> None:
        """The two more of a default group: in from its own members."""
        for ethertype in ("IPv4", "IPv6"):
            self._own(group, direction="ingress", ethertype=ethertype, remote_group_id=group["id"])

    def _own(self, group: Document, **values: Any) -> None:
        blank = {each.name: None for each in self.attributes if each.default is None}
        document = {**blank, "description": None, "security_group_id": group["id"], **values}
        self._save(group, self.standard(group["project_id"], document))

    def _save(self, group: Document, document: Document) -> None:
        remote = document["remote_ip_prefix"]
        document["normalized_cidr"] = str(ipaddress.ip_network(remote, strict=False)) if remote else None
        document["belongs_to_default_sg"] = group["name"] == "default"
        self.documents.save(document)


def _check(rule: Document) -> None:
    """Refuse what does not go together."""
    name = rule["protocol"]
    low, high = rule["port_range_min"], rule["port_range_max"]
    if name is not None and name not in PROTOCOLS and not (name.isdigit() and int(name) <= 255):
        raise bad_request(
            f"Security group rule protocol {name} not supported. Only protocol values {KNOWN} and integer "
            "representations [0 to 255] are supported.",
            "SecurityGroupRuleInvalidProtocol",
        )
    if rule["remote_ip_prefix"] and rule["remote_group_id"]:
        raise bad_request(
            "Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.",
            "SecurityGroupMultipleRemoteEntites",
        )
    if rule["remote_ip_prefix"]:
        version = ipaddress.ip_network(rule["remote_ip_prefix"], strict=False).version
        if rule["ethertype"] != f"IPv{version}":
            raise bad_request(
                f"Conflicting value ethertype {rule['ethertype']} for CIDR {rule['remote_ip_prefix']}",
                "SecurityGroupRuleParameterConflict",
            )
    if name in ICMP:
        _check_icmp(low, high)
        return
    if low is None and high is None:
        return
    if name is None:
        raise bad_request(
            "Must also specify protocol if port range is given.", "SecurityGroupProtocolRequiredWithPorts"
        )
    if name not in WITH_PORTS:
        raise bad_request(
            f"Ports cannot be specified for protocol {PROTOCOLS.get(name, name)}. Ports are only supported for DCCP, "
            "SCTP, TCP, UDP, UDPLITE.",
            "SecurityGroupInvalidProtocolForPort",
        )
    if 0 in (low, high):
        raise _bad_port(0)
    if low is None or high is None or low > high:
        raise bad_request(
            "For TCP/UDP protocols, port_range_min must be <= port_range_max", "SecurityGroupInvalidPortRange"
        )


def _bad_port(number: int) -> Refusal:
    return bad_request(f"Invalid value for port {number}", "SecurityGroupInvalidPortValue")


def _check_icmp(kind: int | None, code: int | None) -> None:
    for field, value in (("port_range_min", kind), ("port_range_max", code)):
        if value is not None and not 0 <= value <= 255:
            what = "type" if field == "port_range_min" else "code"
            raise bad_request(
                f"Invalid value for ICMP {what} ({field}) {value}. It must be 0 to 255.",
                "SecurityGroupInvalidIcmpValue",
            )
    if kind is None and code is not None:
        raise bad_request(
            f"ICMP code (port-range-max) {code} is provided but ICMP type (port-range-min) is missing.",
            "SecurityGroupMissingIcmpType",
        )


def _normalize(rule: Document) -> None:
    if rule["protocol"] == "icmpv6" or (rule["protocol"] == "icmp" and rule["ethertype"] == "IPv6"):
        rule["protocol"] = "ipv6-icmp"
