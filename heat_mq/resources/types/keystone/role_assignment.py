"""OS::Keystone::UserRoleAssignment and OS::Keystone::GroupRoleAssignment: roles of somebody who is there already.

An assignment is no object with an id of its own: what an interrupted create has given is given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import DONE, IN_PLACE, Call, Lookup, Outcome, Props, Resource, Schema, Str, Support, given
from heat_mq.resources.kit.unfinished import is_unfinished
from heat_mq.resources.types.keystone import grants


class RoleAssignment(Resource):
    """Roles of a user or a group, as ``holder`` says."""

    service = "identity"
    support = Support(version="5.0.0")
    holder: ClassVar[str] = ""

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        return grants.problems(props)

    def create(self, call: Call, props: Props) -> str:
        """Only note what will be given: :meth:`check_create` gives it, when that is stored."""
        call.data[given.GIVEN] = self._paths(props)
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        grants.settle(call, call.data[given.GIVEN])
        return DONE

    def needs_replace_failed(self, call: Call) -> bool:
        return is_unfinished(self.record)

    def prepare_replace(self, call: Call) -> Outcome:
        """What the successor gives must not be taken away when this one goes."""
        grants.take_back(call)
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        grants.settle(call, self._paths(self.record.properties))
        return DONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        given.plan(call, self._paths(props))

    def check_update(self, call: Call) -> Outcome:
        return grants.advance(call)

    def delete(self, call: Call) -> None:
        grants.take_back(call)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        return {"roles": grants.held(call, self._holder(call.wanted), call.wanted.get("roles"))}

    def _holder(self, props: Mapping[str, Any]) -> str:
        return f"/{self.holder}s/{props[self.holder]}"

    def _paths(self, props: Mapping[str, Any]) -> list[str]:
        return grants.paths(self._holder(props), props.get("roles"))


class UserRoleAssignment(RoleAssignment, type="OS::Keystone::UserRoleAssignment"):
    holder = "user"

    class Properties(Schema):
        user = Str(
            "Name or id of the user.",
            required=True,
            update=IN_PLACE,
            constraint="keystone.user",
            lookup=Lookup("identity", "user"),
        )
        roles = grants.roles_property("user")


class GroupRoleAssignment(RoleAssignment, type="OS::Keystone::GroupRoleAssignment"):
    holder = "group"

    class Properties(Schema):
        group = Str(
            "Name or id of the group.",
            required=True,
            update=IN_PLACE,
            constraint="keystone.group",
            lookup=Lookup("identity", "group"),
        )
        roles = grants.roles_property("group")
