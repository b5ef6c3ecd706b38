"""OS::Neutron::FloatingIPAssociation: that a floating IP leads to a port, apart from the floating IP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    CloudGone,
    Lookup,
    Outcome,
    Props,
    Resource,
    Schema,
    Sibling,
    Str,
)
from heat_mq.resources.types.neutron import neighbours


class FloatingIPAssociation(Resource, type="OS::Neutron::FloatingIPAssociation"):
    """Its physical id is the resource's own; which floating IP and port it joined stands in its data."""

    service = "network"
    needs_extension = "router"

    class Properties(Schema):
        floatingip_id = Str("Id of the floating IP.", required=True, update=IN_PLACE)
        port_id = Str(
            "The port, by name or id.",
            required=True,
            update=IN_PLACE,
            constraint="neutron.port",
            lookup=Lookup("network", "port"),
        )
        fixed_ip_address = Str(
            "Address of the port; needed when the port has several.", update=IN_PLACE, constraint="ip_addr"
        )

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """What makes the port reachable: the router interfaces on its subnets."""
        return neighbours.interfaces_to_port(me.properties.get("port_id"), others)

    def find_existing(self, call: Call, props: Props) -> str | None:
        _remember(call, props)
        live = call.api.show("floatingip", props.floatingip_id)
        if live.get("port_id") != props.port_id:
            return None
        same = props.fixed_ip_address in (None, live.get("fixed_ip_address"))
        return self.record.id if same else None

    def create(self, call: Call, props: Props) -> str:
        _associate(call, props)
        return self.record.id

    def needs_replace_failed(self, call: Call) -> bool:
        try:
            live = self.read(call)
        except CloudGone:
            return True
        return bool(live.get("status") == "ERROR")

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        for before in (call.old, *call.tried):
            if before["floatingip_id"] != props.floatingip_id:
                self._release(call, before["floatingip_id"], before["port_id"])
        _associate(call, props)

    def delete(self, call: Call) -> None:
        joined = {name: self._joined(call, name) for name in ("floatingip_id", "port_id")}
        for each in (joined, *call.tried):
            if each["floatingip_id"]:
                self._release(call, each["floatingip_id"], each["port_id"])

    def check_delete(self, call: Call) -> Outcome:
        return DONE

    def read(self, call: Call) -> dict[str, Any]:
        """The floating IP."""
        floating_ip = self._joined(call, "floatingip_id")
        if not floating_ip:
            raise CloudGone(f"{self.record.name} is not known to have joined anything")
        return dict(call.api.show("floatingip", floating_ip))

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        if call.wanted.get("floatingip_id") != live.get("id"):
            return {}  # of the floating IP that it shall join nothing was read
        return {name: live.get(name) for name in ("port_id", "fixed_ip_address")}

    def reference_id(self, data: Mapping[str, Any]) -> str | None:
        return self.record.physical_id

    def _joined(self, call: Call, key: str) -> str | None:
        found = call.data.get(key) or self.record.properties.get(key)
        return str(found) if found else None

    def _release(self, call: Call, floating_ip: str, port: str | None) -> None:
        """Part the two; a floating IP that leads elsewhere by now is not touched."""
        try:
            if call.api.show("floatingip", floating_ip).get("port_id") == port:
                call.api.change("floatingip", floating_ip, {"port_id": None})
        except CloudGone:
            return


def _associate(call: Call, props: Props) -> None:
    _remember(call, props)
    body = {"port_id": props.port_id}
    if props.fixed_ip_address:
        body["fixed_ip_address"] = props.fixed_ip_address
    call.api.change("floatingip", props.floatingip_id, body)


def _remember(call: Call, props: Props) -> None:
    call.data.update(floatingip_id=props.floatingip_id, port_id=props.port_id)
