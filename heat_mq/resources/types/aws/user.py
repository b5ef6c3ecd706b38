"""AWS::IAM::User: a user of the stack's own that reads metadata, of every resource or of those that policies name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import Call, List, Map, Props, Resource, Schema, Str
from heat_mq.resources.kit.waiting import port

READABLE: Final = "readable"  # data: names, None for all of the stack


class User(Resource, type="AWS::IAM::User"):
    deferred_auth: ClassVar[bool] = True
    shares_user: ClassVar[bool] = True

    class Properties(Schema):
        Path = Str("Not used: users of a stack have no paths.")
        Groups = List("Not used: users of a stack have no groups.")
        LoginProfile = Map("Not used: the user logs in by access keys.", schema={"Password": Str("Not used.")})
        Policies = List("Names of OS::Heat::AccessPolicy resources. Without one the user reads the whole stack.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        for at, policy in enumerate(props.get("Policies") or ()):
            if isinstance(policy, list | bool | int | float):
                yield Problem("a policy is the reference of an OS::Heat::AccessPolicy", path=f"Policies[{at}]")

    def find_existing(self, call: Call, props: Props) -> str | None:
        """A user that an interrupted create has made is taken over; the rest of the create can be repeated."""
        return self.create(call, props) if port(call).has_user() else None

    def create(self, call: Call, props: Props) -> str:
        # A policy in AWS's own language is a map; as in Heat it says nothing here.
        names = [policy for policy in props.Policies or () if isinstance(policy, str)]
        allowed = [name for each in names for name in port(call).properties(each).get("AllowedResources", ())]
        call.data[READABLE] = sorted({str(name) for name in allowed}) if names else None
        port(call).user()
        return self.record.physical_name

    def delete(self, call: Call) -> None:
        port(call).remove_user()

    @classmethod
    def user_reads(cls, data: Mapping[str, Any], name: str) -> bool:
        readable = data.get(READABLE)
        return readable is None or name in readable
