"""OS::Neutron::Trunk: several networks on one port, told apart by VLAN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import (
    IN_PLACE,
    Bool,
    Call,
    CloudConflict,
    Int,
    List,
    Lookup,
    Map,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.types.neutron import properties
from heat_mq.resources.types.neutron.neutron_object import NeutronObject

_PORT = Lookup("network", "port")


class Trunk(NeutronObject, type="OS::Neutron::Trunk"):
    """Neutron neither changes the sub-ports of a trunk that is administratively down nor deletes it."""

    kind = "trunk"
    needs_extension = "trunk"
    support = Support(version="9.0.0")
    keys: ClassVar[Mapping[str, str]] = {"port": "port_id"}
    apart: ClassVar[frozenset[str]] = frozenset({"sub_ports"})
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "admin_state_up": True}

    class Properties(Schema):
        name = properties.name("trunk")
        description = properties.description("trunk")
        port = Str(
            "The port that carries them all, by name or id.",
            required=True,
            immutable=True,
            constraint="neutron.port",
            lookup=_PORT,
        )
        sub_ports = List(
            "Ports of the other networks.",
            update=IN_PLACE,
            of=Map(
                "A sub-port.",
                schema={
                    "port": Str("The port, by name or id.", required=True, constraint="neutron.port", lookup=_PORT),
                    "segmentation_type": Str("How it is told apart.", required=True, allowed=("vlan",)),
                    "segmentation_id": Int("Its VLAN on the trunk.", required=True, within=(1, 4094)),
                },
            ),
        )
        admin_state_up = Bool("Whether the trunk carries traffic.", update=IN_PLACE)

    class Attributes(Schema):
        port_id = Str("Id of the port that carries them all; a server that uses it waits for the trunk.")

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        return super().body(call, props) | {"sub_ports": [_as_neutron(each) for each in props.sub_ports or ()]}

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        goes_down = "admin_state_up" in changed and props.admin_state_up is False
        if not goes_down:
            super().update(call, props, changed)
        if "sub_ports" in changed:
            self._put_sub_ports(call, [_as_neutron(each) for each in props.sub_ports or ()])
        if goes_down:
            super().update(call, props, changed)

    def delete(self, call: Call) -> None:
        try:
            super().delete(call)
        except CloudConflict:
            if call.api.show(self.kind, self.physical_id)["admin_state_up"]:
                raise
            call.api.change(self.kind, self.physical_id, {"admin_state_up": True})
            super().delete(call)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        seen = [{**each, "port": each["port_id"]} for each in live.get("sub_ports") or ()]
        return super().live_properties(call, live) | {"sub_ports": seen}

    def _put_sub_ports(self, call: Call, wanted: list[dict[str, Any]]) -> None:
        """Remove what is too much and add what is missing; safe to repeat."""
        live = call.api.show(self.kind, self.physical_id).get("sub_ports") or []
        path = f"/trunks/{self.physical_id}"
        if extra := [{"port_id": each["port_id"]} for each in live if each not in wanted]:
            call.api.put(f"{path}/remove_subports", {"sub_ports": extra})
        if missing := [each for each in wanted if each not in live]:
            call.api.put(f"{path}/add_subports", {"sub_ports": missing})


def _as_neutron(sub_port: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "port_id": sub_port["port"],
        "segmentation_type": sub_port["segmentation_type"],
        "segmentation_id": sub_port["segmentation_id"],
    }
