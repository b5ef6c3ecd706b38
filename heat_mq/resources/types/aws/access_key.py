"""AWS::IAM::AccessKey: a key pair of a user, with which whoever holds it signs requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import StepFailed
from heat_mq.resources.kit import Call, Int, Props, Resource, Schema, Str
from heat_mq.resources.kit.waiting import port

SECRET: Final = "secret_access_key"  # data


class AccessKey(Resource, type="AWS::IAM::AccessKey"):
    """The physical id is the access key, which follows from the resource: no create makes two."""

    deferred_auth: ClassVar[bool] = True

    class Properties(Schema):
        Serial = Int("Not used.", implemented=False)
        UserName = Str("Reference of the AWS::IAM::User.", required=True)
        Status = Str("A key is active while its user is.", allowed=["Active", "Inactive"], implemented=False)

    class Attributes(Schema):
        UserName = Str("Name of the user.", cached=False)
        SecretAccessKey = Str("The secret part of the pair.", cached=False, secret=True)

    def find_existing(self, call: Call, props: Props) -> str | None:
        try:
            return self.create(call, props)
        except StepFailed:
            return None  # there is no such user in the stack

    def create(self, call: Call, props: Props) -> str:
        keys = port(call).key_pair(of=props.UserName)
        call.data[SECRET] = keys["secret_access_key"]
        return keys["access_key_id"]

    def delete(self, call: Call) -> None:
        port(call).remove_user()

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return self.record.properties["UserName"] if name == "UserName" else call.data.get(SECRET)
