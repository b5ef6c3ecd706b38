"""Service function chains: traffic led through ports in an order."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import an_object, cidr, integer, list_of, one_of, optional, uuid_text
from heat_mq.simcloud.neutron.plain import DESCRIBED, Plain
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.store import Document

PORT = optional(integer(1, 65535))


class FlowClassifiers(Plain):
    """``/v2.0/sfc/flow_classifiers``."""

    singular = "flow_classifier"
    plural = "flow_classifiers"
    path = "/sfc/flow_classifiers"
    references: ClassVar = {"logical_source_port": "ports", "logical_destination_port": "ports"}
    missing = ("FlowClassifierNotFound", "Flow Classifier {} not found.")
    in_use = ("FlowClassifierInUse", "Flow Classifier {id} in use.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            Attribute("ethertype", one_of("IPv4", "IPv6"), "IPv4", put=False),
            Attribute("protocol", optional(one_of("tcp", "udp", "icmp")), None, put=False),
            *(
                Attribute(f"{end}_port_range_{bound}", PORT, None, put=False)
                for end in ("source", "destination")
                for bound in ("min", "max")
            ),
            *(Attribute(f"{end}_ip_prefix", optional(cidr), None, put=False) for end in ("source", "destination")),
            *(
                Attribute(f"logical_{end}_port", optional(uuid_text), None, put=False)
                for end in ("source", "destination")
            ),
            Attribute("l7_parameters", an_object, {}, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        if not document["logical_source_port"] and not document["logical_destination_port"]:
            message = "Neither logical source port nor logical destination port is set."
            raise bad_request(message, "FlowClassifierNeitherLogicalPort")
        for end in ("source", "destination"):
            first, last = document[f"{end}_port_range_min"], document[f"{end}_port_range_max"]
            if first and last and first > last:
                message = f"Invalid port range. Min port {first} is greater than max port {last}."
                raise bad_request(message, "FlowClassifierInvalidPortRange")
            if (first or last) and document["protocol"] not in ("tcp", "udp"):
                message = "Port range is only supported for protocols tcp and udp."
                raise bad_request(message, "FlowClassifierProtocolRequiredWithPorts")
        return super().make(caller, document)


class PortPairs(Plain):
    """``/v2.0/sfc/port_pairs``."""

    singular = "port_pair"
    plural = "port_pairs"
    path = "/sfc/port_pairs"
    references: ClassVar = {"ingress": "ports", "egress": "ports"}
    once = ("ingress", "egress")
    double = (
        "PortPairIngressEgressInUse",
        "Port Pair with ingress port {ingress} and egress port {egress} already used by another Port Pair.",
    )
    missing = ("PortPairNotFound", "Port Pair {} not found.")
    in_use = ("PortPairInUse", "Port Pair {id} in use.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            Attribute("ingress", uuid_text, REQUIRED, put=False),
            Attribute("egress", uuid_text, REQUIRED, put=False),
            Attribute("service_function_parameters", an_object, {}, put=False),
        ),
    )


class _Exclusive(Plain):
    """A kind of which no two may have the same member; ``members`` is the key, ``taken`` type and message."""

    members: ClassVar[str]
    taken: ClassVar[tuple[str, str]]

    def make(self, caller: Caller, document: Document) -> Document:
        self._refuse_taken(document["id"], document[self.members])
        return super().make(caller, document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        self._refuse_taken(document["id"], values.get(self.members, []))
        super().change(caller, document, values)

    def _refuse_taken(self, id: str, members: list[str]) -> None:
        for other in self.documents:
            if other["id"] != id and set(other[self.members]) & set(members):
                type, message = self.taken
                raise conflict(message.format(sorted(set(other[self.members]) & set(members)), other["id"]), type)


class PortPairGroups(_Exclusive):
    """``/v2.0/sfc/port_pair_groups``."""

    singular = "port_pair_group"
    plural = "port_pair_groups"
    path = "/sfc/port_pair_groups"
    members = "port_pairs"
    taken = ("PortPairsAlreadyInUse", "Port Pair(s) {} already in use by another Port Pair Group {}.")
    references: ClassVar = {"port_pairs": "port_pairs"}
    missing = ("PortPairGroupNotFound", "Port Pair Group {} not found.")
    in_use = ("PortPairGroupInUse", "Port Pair Group {id} in use.")
    attributes: ClassVar = Attributes(singular, (*DESCRIBED, Attribute("port_pairs", list_of(uuid_text), [])))


class PortChains(_Exclusive):
    """``/v2.0/sfc/port_chains``."""

    singular = "port_chain"
    plural = "port_chains"
    path = "/sfc/port_chains"
    members = "flow_classifiers"
    taken = ("FlowClassifierInUse", "Flow Classifier(s) {} already in use by Port Chain {}.")
    references: ClassVar = {"port_pair_groups": "port_pair_groups", "flow_classifiers": "flow_classifiers"}
    missing = ("PortChainNotFound", "Port Chain {} not found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            Attribute("port_pair_groups", list_of(uuid_text), REQUIRED),
            Attribute("flow_classifiers", list_of(uuid_text), []),
            Attribute("chain_parameters", an_object, {"correlation": "mpls", "symmetric": False}, put=False),
        ),
    )


CHAIN_KINDS = (FlowClassifiers, PortPairs, PortPairGroups, PortChains)
