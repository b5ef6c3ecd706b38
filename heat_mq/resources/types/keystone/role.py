"""OS::Keystone::Role: what users may be on projects and domains."""

from __future__ import annotations

from heat_mq.resources.kit import Lookup, Schema, Str, Support
from heat_mq.resources.types.keystone import properties
from heat_mq.resources.types.keystone.keystone_object import KeystoneObject


class Role(KeystoneObject, type="OS::Keystone::Role"):
    support = Support(version="2015.1")
    kind = "role"

    class Properties(Schema):
        name = properties.name("role")
        domain = Str(
            "Name or id of the domain in which alone the role is known.",
            constraint="keystone.domain",
            lookup=Lookup("identity", "domain"),
            support=Support(version="16.0.0"),
        )
