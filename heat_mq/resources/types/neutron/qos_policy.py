"""OS::Neutron::QoSPolicy: a set of rules about the quality of traffic, for networks, ports and floating IPs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Bool, List, Schema, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class QoSPolicy(NeutronObject, type="OS::Neutron::QoSPolicy"):
    kind = "qos_policy"
    needs_extension = "qos"
    support = Support(version="6.0.0")
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("policy")
        description = properties.description("policy")
        shared = Bool("Whether all projects may use it.", default=False, update=IN_PLACE)
        tenant_id = properties.project("policy")

    class Attributes(Schema):
        rules = List("Its rules.")
