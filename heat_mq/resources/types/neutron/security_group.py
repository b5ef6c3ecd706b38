"""OS::Neutron::SecurityGroup: what traffic its ports let through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    CloudGone,
    List,
    Lookup,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject
from heat_mq.resources.types.neutron.rules import KEYS, LET_OUT, difference, rule_description, rule_properties

BY_GROUP, BY_PREFIX = "remote_group_id", "remote_ip_prefix"


class SecurityGroup(NeutronObject, type="OS::Neutron::SecurityGroup"):
    """A new group lets everything out; the first rule for egress in the template takes that away."""

    kind = "security_group"
    needs_extension = "security-group"
    support = Support(version="2014.1")
    apart: ClassVar[frozenset[str]] = frozenset({"rules"})
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("security group")
        description = Str("Description of the security group.", update=IN_PLACE)
        rules = List(
            "What it lets through.",
            default=[],
            update=IN_PLACE,
            of=Map(
                "A rule.",
                schema={
                    **rule_properties(description=rule_description()),
                    "remote_mode": Str(
                        "Whether the other end is given by its addresses or by its security group.",
                        default=BY_PREFIX,
                        allowed=(BY_PREFIX, BY_GROUP),
                    ),
                    "remote_group_id": Str(
                        "Security group of the other end, by name or id; this one when not given.",
                        constraint="neutron.security_group",
                        lookup=Lookup("network", "security_group"),
                    ),
                },
            ),
        )
        stateful = Bool(
            "Whether answers to what was let through are let through as well.",
            update=IN_PLACE,
            support=Support(version="27.0.0"),
            extension="stateful-security-group",
        )

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if props.get("name") == "default":
            yield Problem("a security group cannot have the name 'default': each project has one", path="name")

    def later(self, props: Props) -> dict[str, Any]:
        return {"rules": list(props.rules)} if props.rules else {}

    def finish(self, call: Call, rest: dict[str, Any]) -> None:
        if "rules" in rest:
            self._put_rules(call, rest["rules"])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        """Rules that let the same through count as the wanted ones, however they are written."""
        rules = live.get("security_group_rules") or []
        given = call.wanted.get("rules") or []
        missing, extra = difference(self._wanted_rules(given), rules)
        seen = rules if missing or extra else given
        return super().live_properties(call, live) | {"rules": seen}

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        super().update(call, props, changed)
        if "rules" in changed:
            self._put_rules(call, props.rules or [])

    def _built(self, call: Call) -> Outcome:
        return DONE  # a security group has no status

    def _put_rules(self, call: Call, rules: list[dict[str, Any]]) -> None:
        """Make what is missing and delete what is too much; safe to repeat."""
        missing, extra = difference(self._wanted_rules(rules), self.read(call).get("security_group_rules") or [])
        for id in extra:
            try:
                call.api.remove("security_group_rule", id)
            except CloudGone:
                continue
        body = [{"security_group_id": self.physical_id, **rule} for rule in missing]
        if body:
            call.api.post("/security-group-rules", {"security_group_rules": body})

    def _wanted_rules(self, rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """All that the group should have: a template that says nothing of egress lets everything out."""
        wanted = [_as_neutron(rule, self.physical_id) for rule in rules]
        if not any(rule["direction"] == "egress" for rule in wanted):
            wanted += [dict(rule) for rule in LET_OUT]
        return wanted


def _as_neutron(rule: Mapping[str, Any], own_id: str) -> dict[str, Any]:
    body = {name: rule[name] for name in KEYS if rule.get(name) is not None}
    if rule.get("remote_mode") == BY_GROUP:
        body.pop(BY_PREFIX, None)
        body[BY_GROUP] = rule.get(BY_GROUP) or own_id
    else:
        body.pop(BY_GROUP, None)
    return body
