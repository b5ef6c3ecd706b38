"""OS::Keystone::User: somebody, or something, that can log in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Bool, Call, List, Lookup, Outcome, Props, Schema, Str, Support, given
from heat_mq.resources.types.keystone import grants, properties
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject

SINCE = Support(version="9.0.0")


class User(KeystoneObject, type="OS::Keystone::User"):
    support = Support(version="2015.1")
    kind = "user"
    keys: ClassVar[Mapping[str, str]] = {"domain": "domain_id", "default_project": "default_project_id"}
    apart: ClassVar[frozenset[str]] = frozenset({"groups", "roles"})

    class Properties(Schema):
        name = properties.name("user")
        domain = properties.domain("user")
        description = properties.description("user")
        enabled = Bool("Whether the user may log in.", default=True, update=IN_PLACE)
        email = Str("Mail address of the user.", update=IN_PLACE)
        password = Str("Password of the user; without one it cannot log in by password.", update=IN_PLACE, secret=True)
        default_project = Str(
            "Name or id of the project that a login without scope is for.",
            update=IN_PLACE,
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
        )
        groups = List(
            "Groups that the user is in.",
            update=IN_PLACE,
            of=Str("Name or id of a group.", constraint="keystone.group", lookup=Lookup("identity", "group")),
        )
        roles = grants.roles_property("user")

    class Attributes(Schema):
        name = Str("Name of the user.", support=SINCE)
        default_project_id = Str("Id of the project that a login without scope is for.", support=SINCE)
        domain_id = Str("Id of its domain.", support=SINCE)
        enabled = Bool("Whether the user may log in.", support=SINCE)
        password_expires_at = Str("When the password expires.", support=SINCE)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        return grants.problems(props)

    def later(self, props: Props) -> dict[str, Any]:
        return {"groups": list(props.groups or ()), "roles": list(props.roles or ())}

    def finish(self, call: Call, rest: Mapping[str, Any]) -> None:
        grants.settle(call, self._paths(rest))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        super().update(call, props, changed)
        if changed & self.apart:
            given.plan(call, self._paths(props))

    def check_update(self, call: Call) -> Outcome:
        return grants.advance(call)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        wanted = call.wanted.get("groups") or ()
        groups = {each["id"] for each in call.api.each(f"{self.path()}/groups", "groups")} if wanted else set()
        roles = grants.held(call, self.path(), call.wanted.get("roles"))
        return {**super().live_properties(call, live), "groups": [id for id in wanted if id in groups], "roles": roles}

    def _paths(self, wanted: Mapping[str, Any]) -> list[str]:
        groups = [f"/groups/{group}{self.path()}" for group in dict.fromkeys(wanted.get("groups") or ())]
        return [*groups, *grants.paths(self.path(), wanted.get("roles"))]
