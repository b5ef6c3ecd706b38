"""OS::Neutron::PortPair: the ports by which traffic enters and leaves a service function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import Call, Lookup, Map, Props, Schema, Str, Support
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


def _port(doc: str) -> Str:
    return Str(doc, required=True, constraint="neutron.port", lookup=Lookup("network", "port"))


class PortPair(NeutronObject, type="OS::Neutron::PortPair"):
    kind = "port_pair"
    needs_extension = "sfc"
    support = Support("UNSUPPORTED", "7.0.0")
    unset: ClassVar[Mapping[str, Any]] = {"description": ""}

    class Properties(Schema):
        name = properties.name("pair")
        description = properties.description("pair")
        ingress = _port("Port by which traffic enters the service function, by name or id.")
        egress = _port("Port by which it leaves, by name or id.")
        service_function_parameters = Map("What the function is like.", default={"correlation": None})

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        return all(self.record.properties.get(name) == successor[name] for name in ("ingress", "egress"))
