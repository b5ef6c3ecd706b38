"""OS::Neutron::TaaS::TapService: a port that gets copies of the traffic of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.resources.kit import IN_PLACE, Lookup, Schema, Str, Support
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


def port_of(doc: str) -> Str:
    return Str(doc, required=True, constraint="neutron.port", lookup=Lookup("network", "port"))


class Named(Schema):
    name = Str("Its name; one made of the names of stack and resource when empty.", default="", update=IN_PLACE)
    description = Str("Its description.", default="", update=IN_PLACE)


class TapService(NeutronObject, type="OS::Neutron::TaaS::TapService"):
    """A port that gets copies of the traffic of others."""

    kind = "tap_service"
    lingers = True
    needs_extension = "taas"
    support = Support(version="12.0.0")
    keys: ClassVar[Mapping[str, str]] = {"port": "port_id"}

    class Properties(Named):
        port = port_of("Port to which the copies are sent, by name or id.")
