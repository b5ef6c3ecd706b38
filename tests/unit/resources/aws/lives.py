"""The lives of Amazon's types that have users."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Life as AnyLife
from tests.unit.resources.lives import Make, Raw


class Life(AnyLife):
    """Of a type with a user of the stack's, for which nobody looks."""

    def __init__(self, type_name: str, begin: Any, **more: Any) -> None:
        super().__init__(f"AWS::{type_name}", begin, user="demo", can_be_gone=False, **more)


def user(make: Make) -> Raw:
    return {"Policies": [], "Path": "/", "Groups": ["crowd"], "LoginProfile": {"Password": "not used"}}


def key(make: Make) -> Raw:
    return {"UserName": make("AWS::IAM::User")}


LIVES = (
    Life("IAM::User", user),
    Life("IAM::AccessKey", key),
    Life("CloudFormation::WaitConditionHandle", lambda make: {}),
)
