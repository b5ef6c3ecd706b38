"""OS::Neutron::SecurityGroupRule: one rule of a security group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import DONE, Call, Lookup, Outcome, Props, Schema, Str, Support
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.resources.types.neutron.rules import key, rule_properties

_GROUP = Lookup("network", "security_group")
_RULE = rule_properties(
    protocol="tcp", description=Str("Description of the rule.", extension="standard-attr-description")
)


class SecurityGroupRule(NeutronObject, type="OS::Neutron::SecurityGroupRule"):
    """Neutron holds no two equal rules in a group, so what an interrupted create has made is found by what it does."""

    kind = "security_group_rule"
    has_name = False
    needs_extension = "security-group"
    support = Support(version="7.0.0")
    keys: ClassVar[Mapping[str, str]] = {"security_group": "security_group_id", "remote_group": "remote_group_id"}

    class Properties(Schema):
        security_group = Str(
            "The security group, by name or id.", required=True, constraint="neutron.security_group", lookup=_GROUP
        )
        description = _RULE["description"]
        direction = _RULE["direction"]
        ethertype = _RULE["ethertype"]
        port_range_min = _RULE["port_range_min"]
        port_range_max = _RULE["port_range_max"]
        protocol = _RULE["protocol"]
        remote_ip_prefix = _RULE["remote_ip_prefix"]
        remote_group = Str(
            "Security group of the other end, by name or id.", constraint="neutron.security_group", lookup=_GROUP
        )

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if props.get("remote_group") is not None and props.get("remote_ip_prefix") is not None:
            yield Problem("remote_group and remote_ip_prefix cannot be used together", path="remote_group")
        first, last = props.get("port_range_min"), props.get("port_range_max")
        is_icmp = str(props.get("protocol")) in ("icmp", "icmpv6", "ipv6-icmp", "1", "58")
        if isinstance(first, int) and isinstance(last, int) and first > last and not is_icmp:
            yield Problem(f"port_range_min {first} is above port_range_max {last}", path="port_range_min")

    def find_existing(self, call: Call, props: Props) -> str | None:
        body = self.body(call, props)
        rules = call.api.all("security_group_rule", security_group_id=props.security_group)
        return next((str(rule["id"]) for rule in rules if key(rule) == key(body)), None)

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        """To Neutron rules are equal that differ in their description, which it does not change either."""
        told = [{**self.body(call, props), "description": None} for props in (Props(self.record.properties), successor)]
        return told[0]["security_group_id"] == told[1]["security_group_id"] and key(told[0]) == key(told[1])

    def create(self, call: Call, props: Props) -> str:
        return str(call.api.create(self.kind, self.body(call, props))["id"])

    def _built(self, call: Call) -> Outcome:
        return DONE  # a rule has no status
