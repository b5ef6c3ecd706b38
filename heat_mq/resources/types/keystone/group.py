"""OS::Keystone::Group: users that have their roles together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import Call, Outcome, Props, Schema, Support, given
from heat_mq.resources.types.keystone import grants, properties
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject


class Group(KeystoneObject, type="OS::Keystone::Group"):
    support = Support(version="2015.1")
    kind = "group"
    apart: ClassVar[frozenset[str]] = frozenset({"roles"})

    class Properties(Schema):
        name = properties.name("group")
        domain = properties.domain("group")
        description = properties.description("group")
        roles = grants.roles_property("group")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        return grants.problems(props)

    def later(self, props: Props) -> dict[str, Any]:
        return {"roles": list(props.roles or ())}

    def finish(self, call: Call, rest: Mapping[str, Any]) -> None:
        grants.settle(call, grants.paths(self.path(), rest.get("roles")))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        super().update(call, props, changed)
        if "roles" in changed:
            given.plan(call, grants.paths(self.path(), props.roles))

    def check_update(self, call: Call) -> Outcome:
        return grants.advance(call)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        return super().live_properties(call, live) | {"roles": grants.held(call, self.path(), call.wanted.get("roles"))}
