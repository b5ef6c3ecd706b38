"""Trunks: several networks on one port, told apart by VLAN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import Invalid, boolean, integer, list_of, mapping, one_of, uuid_text
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS, Kind
from heat_mq.simcloud.refusal import bad_request, conflict, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

SUB_PORT_OWNER = "trunk:subport"
SUB_PORT = mapping(
    ("port_id", "segmentation_id", "segmentation_type"),
    port_id=uuid_text,
    segmentation_id=integer(1, 4094),
    segmentation_type=one_of("vlan"),
)
routes = Routes("/v2.0/trunks/{id}")


class Trunks(Kind):
    """``/v2.0/trunks``. One that is administratively down cannot be changed or deleted."""

    singular = "trunk"
    plural = "trunks"
    index = ("port_id", "project_id")
    counted = False
    references: ClassVar = {"port_id": "ports"}
    missing = ("TrunkNotFound", "Trunk {} could not be found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            NAME,
            TAGS,
            Attribute("port_id", uuid_text, REQUIRED, put=False),
            Attribute("admin_state_up", boolean, True),
            Attribute("sub_ports", list_of(SUB_PORT), [], put=False),
            Attribute("status", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        parent = document["port_id"]
        if self.documents.where(port_id=parent):
            raise conflict(f"Port {parent} is already associated with a trunk.", "TrunkPortInUse")
        port = self.network.ports.find(caller, parent)
        if port["binding:host_id"]:
            raise conflict(
                f"Port {parent} is currently in use and is not eligible for use as a parent port.", "ParentPortInUse"
            )
        wanted, document["sub_ports"] = document["sub_ports"], []
        self.join(caller, document, wanted)
        document["status"] = "DOWN"
        return self.documents.save(document)

    def unmake(self, document: Document) -> None:
        self.refuse_down(document)
        self.part(document, {each["port_id"] for each in document["sub_ports"]})
        super().unmake(document)

    def join(self, caller: Caller, trunk: Document, wanted: list[Document]) -> None:
        """Add sub-ports, all of them or none."""
        present = list(trunk["sub_ports"])
        for each in wanted:
            port = self.network.ports.find(caller, each["port_id"])
            if port["device_owner"] == SUB_PORT_OWNER or port["device_id"] or self.documents.where(port_id=port["id"]):
                message = f"Port {port['id']} is in use by another trunk or device and cannot be used as a subport."
                raise conflict(message, "PortInUseAsSubPort")
            if port["id"] == trunk["port_id"]:
                raise conflict(f"Port {port['id']} is already the parent of the trunk.", "PortInUseAsTrunkParent")
            if any(other["segmentation_id"] == each["segmentation_id"] for other in present):
                raise conflict(
                    f"Segmentation type vlan and segmentation ID {each['segmentation_id']} are already in use on trunk "
                    f"{trunk['id']}.",
                    "DuplicateSubPort",
                )
            present.append(each)
        for each in wanted:
            self._own(each["port_id"], SUB_PORT_OWNER, trunk["id"])
        trunk["sub_ports"] = present

    def part(self, trunk: Document, port_ids: set[str]) -> None:
        """Take sub-ports away."""
        for each in port_ids:
            self._own(each, "", "")
        trunk["sub_ports"] = [each for each in trunk["sub_ports"] if each["port_id"] not in port_ids]

    def refuse_down(self, trunk: Document) -> None:
        if not trunk["admin_state_up"]:
            message = f"Trunk {trunk['id']} is currently disabled."
            raise conflict(message, "TrunkDisabled")

    def refuse_part(self, port: Document) -> None:
        """Refuse to delete a port that a trunk is made of."""
        if port["device_owner"] == SUB_PORT_OWNER:
            message = f"Port {port['id']} is currently a subport for trunk {port['device_id']}."
            raise conflict(message, "PortInUseAsSubPort")
        if trunk := self.documents.first(port_id=port["id"]):
            raise conflict(
                f"Port {port['id']} is currently a parent port for trunk {trunk['id']}.", "PortInUseAsTrunkParent"
            )

    def _own(self, port_id: str, owner: str, trunk_id: str) -> None:
        port = self.network.ports.documents.get(port_id)
        if port is not None:
            port.update(device_owner=owner, device_id=trunk_id)
            self.network.ports.touch(port)


@routes.get("/get_subports")
def get_sub_ports(service: Network, call: Call, id: str) -> Document:
    return {"sub_ports": service.trunks.find(call.caller, id)["sub_ports"]}


@routes.put("/add_subports")
def add_sub_ports(service: Network, call: Call, id: str) -> Document:
    trunk = _open(service, call, id)
    service.trunks.join(call.caller, trunk, _given(call, SUB_PORT))
    service.trunks.touch(trunk)
    return service.trunks.view(call.caller, trunk)


@routes.put("/remove_subports")
def remove_sub_ports(service: Network, call: Call, id: str) -> Document:
    trunk = _open(service, call, id)
    given = {each["port_id"] for each in _given(call, mapping(("port_id",), port_id=uuid_text))}
    if missing := given - {each["port_id"] for each in trunk["sub_ports"]}:
        message = f"SubPort on trunk {id} with parent port {', '.join(sorted(missing))} could not be found."
        raise not_found(message, "SubPortNotFound")
    service.trunks.part(trunk, given)
    service.trunks.touch(trunk)
    return service.trunks.view(call.caller, trunk)


def _open(service: Network, call: Call, id: str) -> Document:
    trunk = service.trunks.modifiable(call.caller, id, "update")
    service.trunks.refuse_down(trunk)
    return trunk


def _given(call: Call, check: Any) -> list[Document]:
    try:
        return list(list_of(check)(call.json().get("sub_ports")))
    except Invalid as problem:
        raise bad_request(f"Invalid input for sub_ports. Reason: {problem}.") from problem
