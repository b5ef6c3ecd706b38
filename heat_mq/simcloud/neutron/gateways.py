"""Gateways to networks outside: of the old NSX kind, and layer-2 gateways."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import Invalid, integer, list_of, mapping, one_of, optional, text, uuid_text
from heat_mq.simcloud.neutron.kind import NAME
from heat_mq.simcloud.neutron.plain import BASE, Plain
from heat_mq.simcloud.neutron.refusals import invalid_input
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

CONNECTION = mapping(
    ("network_id",),
    network_id=uuid_text,
    segmentation_type=one_of("flat", "vlan"),
    segmentation_id=integer(0, 4094),
)
INTERFACE = mapping(("name",), name=text(), segmentation_id=list_of(text()))
DEVICE = mapping(("device_name", "interfaces"), device_name=text(), interfaces=list_of(INTERFACE))
routes = Routes("/v2.0/network-gateways/{id}")


class NetworkGateways(Plain):
    """``/v2.0/network-gateways``."""

    singular = "network_gateway"
    plural = "network_gateways"
    missing = ("GatewayNotFound", "Network Gateway {} could not be found")
    attributes: ClassVar = Attributes(
        singular,
        (
            *BASE,
            NAME,
            Attribute("devices", list_of(mapping(("id",), id=text(), interface_name=text())), []),
            Attribute("default", post=False, put=False),
            Attribute("ports", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        document.update(default=False, ports=[])
        return super().make(caller, document)

    def unmake(self, document: Document) -> None:
        if document["ports"]:
            message = f"Network Gateway '{document['id']}' still has active mappings with one or more neutron networks."
            raise conflict(message, "GatewayInUse")
        super().unmake(document)


class L2Gateways(Plain):
    """``/v2.0/l2-gateways``."""

    singular = "l2_gateway"
    plural = "l2_gateways"
    missing = ("L2GatewayNotFound", "L2 Gateway {} could not be found")
    in_use = ("L2GatewayInUse", "L2 Gateway '{id}' still has active mappings with one or more neutron networks.")
    attributes: ClassVar = Attributes(singular, (*BASE, NAME, Attribute("devices", list_of(DEVICE), REQUIRED)))

    def make(self, caller: Caller, document: Document) -> Document:
        _check_segments(document["devices"])
        return super().make(caller, document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        _check_segments(values.get("devices", []))
        super().change(caller, document, values)

    def view(self, caller: Caller, document: Document) -> Document:
        """Devices have ids, which no request says."""
        shown = super().view(caller, document)
        known = uuid.UUID(document["id"])
        shown["devices"] = [{"id": str(uuid.uuid5(known, each["device_name"])), **each} for each in shown["devices"]]
        return shown

    def says_segments(self, id: str) -> bool:
        """Whether the interfaces of a gateway say which VLANs they are about."""
        gateway = self.documents.get(id)
        devices = gateway["devices"] if gateway is not None else []
        return any("segmentation_id" in interface for device in devices for interface in device["interfaces"])


def _check_segments(devices: list[dict[str, Any]]) -> None:
    for device in devices:
        if len({"segmentation_id" in interface for interface in device["interfaces"]}) > 1:
            message = "L2 gateway segmentation id must be consistent for all the interfaces"
            raise conflict(message, "L2GatewaySegmentationRequired")


class L2GatewayConnections(Plain):
    """``/v2.0/l2-gateway-connections``. There is no update."""

    singular = "l2_gateway_connection"
    plural = "l2_gateway_connections"
    references: ClassVar = {"l2_gateway_id": "l2_gateways", "network_id": "networks"}
    once = ("l2_gateway_id", "network_id")
    double = (
        "L2GatewayConnectionExists",
        "The specified mapping '{network_id}' exists on network gateway '{l2_gateway_id}'.",
    )
    missing = ("L2GatewayConnectionNotFound", "The connection {} was not found on the l2 gateway")
    attributes: ClassVar = Attributes(
        singular,
        (
            *BASE,
            Attribute("l2_gateway_id", uuid_text, REQUIRED, put=False),
            Attribute("network_id", uuid_text, REQUIRED, put=False),
            Attribute("segmentation_id", optional(text()), "", put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        gateways = self.network.kinds[L2Gateways.plural]
        assert isinstance(gateways, L2Gateways)
        if gateways.says_segments(document["l2_gateway_id"]) == bool(document["segmentation_id"]):
            if not document["segmentation_id"]:
                raise invalid_input("Segmentation id must be specified in create l2gateway connections")
            raise invalid_input(
                "default segmentation_id should not be provided when segmentation_id is assigned during l2gateway "
                "creation"
            )
        if document["segmentation_id"]:
            document["segmentation_id"] = int(document["segmentation_id"])
        return super().make(caller, document)


@routes.put("/connect_network")
def connect(service: Network, call: Call, id: str) -> Document:
    gateway, wanted = _given(service, call, id)
    service.networks.find(call.caller, wanted["network_id"])
    if wanted in gateway["ports"]:
        raise conflict(
            f"The specified mapping '{wanted}' is already in use on network gateway '{id}'.", "GatewayConnectionInUse"
        )
    gateway["ports"].append(wanted)
    service.kinds[NetworkGateways.plural].documents.save(gateway)
    return {"connection_info": {"network_gateway_id": id, "network_id": wanted["network_id"], "port_id": ""}}


@routes.put("/disconnect_network")
def disconnect(service: Network, call: Call, id: str) -> Document:
    gateway, wanted = _given(service, call, id)
    if wanted not in gateway["ports"]:
        message = f"The connection {wanted['network_id']} was not found on the network gateway '{id}'"
        raise not_found(message, "GatewayConnectionNotFound")
    gateway["ports"].remove(wanted)
    service.kinds[NetworkGateways.plural].documents.save(gateway)
    return {}


def _given(service: Network, call: Call, id: str) -> tuple[Document, dict[str, Any]]:
    gateway = service.kinds[NetworkGateways.plural].modifiable(call.caller, id, "update")
    try:
        wanted = CONNECTION(call.json())
    except Invalid as problem:
        raise bad_request(f"Invalid input for network_gateway. Reason: {problem}.") from problem
    wanted = {"segmentation_type": "flat", "segmentation_id": 0, **wanted}
    if wanted["segmentation_type"] == "vlan" and not wanted["segmentation_id"]:
        raise bad_request("A segmentation id must be specified when segmentation type is set to vlan")
    return gateway, wanted


GATEWAY_KINDS = (NetworkGateways, L2Gateways, L2GatewayConnections)
