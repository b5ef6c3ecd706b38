"""Segments: the pieces of wire that a network is made of."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import integer, one_of, optional, text, uuid_text
from heat_mq.simcloud.neutron.kind import NAME, STANDARD
from heat_mq.simcloud.neutron.plain import Plain
from heat_mq.simcloud.neutron.refusals import invalid_input
from heat_mq.simcloud.refusal import conflict
from heat_mq.simcloud.store import Document

PROVIDER = "provider:"
#: The keys of a segment that a network shows as its provider's.
KEYS = ("network_type", "physical_network", "segmentation_id")
TYPES = ("local", "flat", "vlan", "vxlan", "gre", "geneve")
MOST = {"vlan": 4094, "vxlan": 2**24 - 1, "geneve": 2**24 - 1, "gre": 2**32 - 1}


class Segments(Plain):
    """``/v2.0/segments``, for administrators. Every network has one from the start."""

    singular = "segment"
    plural = "segments"
    index = ("network_id", "project_id")
    admin_only = True
    references: ClassVar = {"network_id": "networks"}
    missing = ("SegmentNotFound", "Segment {} could not be found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *(each for each in STANDARD if each.name not in ("project_id", "tenant_id")),
            NAME,
            Attribute("network_id", uuid_text, REQUIRED, put=False),
            Attribute("network_type", one_of(*TYPES), REQUIRED, put=False),
            Attribute("physical_network", optional(text()), None, put=False),
            Attribute("segmentation_id", optional(integer(1)), None, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        kind, number = document["network_type"], document["segmentation_id"]
        if kind in ("flat", "vlan") and not document["physical_network"]:
            raise invalid_input(f"physical_network required for {kind} provider network")
        if kind in ("flat", "local") and number is not None:
            raise invalid_input(f"segmentation_id prohibited for {kind} provider network")
        if number is not None and number > MOST[kind]:
            raise invalid_input(f"segmentation_id out of range (1 through {MOST[kind]})")
        if number is None and kind in MOST:
            taken = {each["segmentation_id"] for each in self.documents}
            document["segmentation_id"] = next(each for each in range(1, len(taken) + 2) if each not in taken)
        self._refuse_taken(document)
        return self.documents.save(document)

    def unmake(self, document: Document) -> None:
        if self.network.subnets.documents.where(segment_id=document["id"]):
            reason = "The segment is still associated with subnet(s)"
            raise conflict(f"Segment '{document['id']}' cannot be deleted: {reason}.", "SegmentInUse")
        super().unmake(document)

    def sees(self, caller: Caller, document: Document) -> bool:
        return caller.is_admin

    def of_new_network(self, network: Document) -> None:
        """Every network begins with one segment, of the type that it has."""
        values = {key: network[PROVIDER + key] for key in KEYS}
        document = self.standard(network["project_id"], {"name": None, "description": "", **values})
        self.documents.save(document | {"network_id": network["id"]})

    def follow(self, network: Document, values: dict[str, Any]) -> None:
        """An update of a network says another number of its segment; nothing else of it can be changed.

        A number that is said again is in use, though by the network itself.
        """
        changed = [
            key for key in KEYS if values.get(PROVIDER + key, network[PROVIDER + key]) != network[PROVIDER + key]
        ]
        if not changed:
            if values.get(PROVIDER + "segmentation_id") is not None:
                self._refuse_taken({key: network[PROVIDER + key] for key in KEYS})
            return
        if changed != ["segmentation_id"] or network["provider:network_type"] != "vlan":
            names = ", ".join(PROVIDER + key for key in changed)
            raise invalid_input(f"Plugin does not support updating the following provider network attributes: {names}")
        self._refuse_taken({key: values.get(PROVIDER + key, network[PROVIDER + key]) for key in KEYS})
        for each in self.documents.where(network_id=network["id"], segmentation_id=network["provider:segmentation_id"]):
            each["segmentation_id"] = values["provider:segmentation_id"]
            self.touch(each)

    def forget(self, network_id: str) -> None:
        """A network is gone, and its segments with it."""
        for each in self.documents.where(network_id=network_id):
            self.documents.remove(each["id"])

    def _refuse_taken(self, document: Document) -> None:
        same = {key: document[key] for key in KEYS}
        if document["network_type"] == "vlan" and self.documents.where(**same):
            raise conflict(
                f"Unable to create the network. The VLAN {document['segmentation_id']} on physical network "
                f"{document['physical_network']} is in use.",
                "VlanIdInUse",
            )
