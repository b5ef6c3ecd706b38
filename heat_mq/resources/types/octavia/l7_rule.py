"""OS::Octavia::L7Rule: which requests a policy is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Bool, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.octavia_object import OctaviaObject


class L7Rule(OctaviaObject, type="OS::Octavia::L7Rule"):
    support = Support(version="10.0.0")
    kind = "rule"
    has_name = False
    above: ClassVar[Mapping[str, str]] = {"l7policy": "l7policy"}
    inside = "l7policy"
    unset: ClassVar[Mapping[str, Any]] = {"invert": False, "admin_state_up": True}

    class Properties(Schema):
        admin_state_up = properties.admin_state_up("rule")
        l7policy = properties.policy("Policy that it belongs to, by name or id.")
        type = Str(
            "What of a request is looked at.",
            required=True,
            update=IN_PLACE,
            allowed=("HOST_NAME", "PATH", "FILE_TYPE", "HEADER", "COOKIE"),
        )
        compare_type = Str(
            "How it is compared.",
            required=True,
            update=IN_PLACE,
            allowed=("REGEX", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "EQUAL_TO"),
        )
        key = Str("Name of the header or cookie.", update=IN_PLACE)
        value = Str("What it is compared with.", required=True, update=IN_PLACE)
        invert = Bool("Whether it matches what it would not match.", default=False, update=IN_PLACE)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        kind, key = props.get("type"), props.get("key")
        if kind in ("HEADER", "COOKIE") and key is None:
            yield Problem(f"key is needed when type is {kind}", path="key", expected=f"the name of a {kind.lower()}")
        elif kind in ("HOST_NAME", "PATH", "FILE_TYPE") and key is not None:
            yield Problem("key is only for the types HEADER and COOKIE", path="key", expected="type HEADER or COOKIE")
