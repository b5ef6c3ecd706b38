"""Service function chains: traffic led through ports in an order."""

from __future__ import annotations

import itertools
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import an_object, list_of, uuid_text
from heat_mq.simcloud.neutron.classifiers import FlowClassifiers, mean_the_same
from heat_mq.simcloud.neutron.plain import DESCRIBED, Plain
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.store import Document


class PortPairs(Plain):
    """``/v2.0/sfc/port_pairs``."""

    singular = "port_pair"
    plural = "port_pairs"
    path = "/sfc/port_pairs"
    references: ClassVar = {"ingress": "ports", "egress": "ports"}
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

    def make(self, caller: Caller, document: Document) -> Document:
        """The ports must be of one server, which Neutron calls a host here."""
        for other in self.documents.where(ingress=document["ingress"], egress=document["egress"]):
            message = (
                f"Port Pair with ingress port {document['ingress']} and egress port {document['egress']} is already "
                f"used by another Port Pair {other['id']}."
            )
            raise bad_request(message, "PortPairIngressEgressInUse")
        devices = {}
        for end in ("ingress", "egress"):
            devices[end] = self.network.ports.find(caller, document[end])["device_id"]
            if not devices[end]:
                message = f"Port Pair {end} port {document[end]} does not belong to a host."
                raise bad_request(message, f"PortPair{end.title()}NoHost")
        if devices["ingress"] != devices["egress"]:
            message = (
                f"Port Pair ingress port {document['ingress']} and egress port {document['egress']} not in the same "
                "host."
            )
            raise bad_request(message, "PortPairIngressEgressDifferentHost")
        document["service_function_parameters"].setdefault("correlation", None)
        return super().make(caller, document)


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
            both = sorted(set(other[self.members]) & set(members)) if other["id"] != id else []
            if both:
                type, message = self.taken
                raise conflict(message.format(both[0]), type)


class PortPairGroups(_Exclusive):
    """``/v2.0/sfc/port_pair_groups``."""

    singular = "port_pair_group"
    plural = "port_pair_groups"
    path = "/sfc/port_pair_groups"
    members = "port_pairs"
    taken = ("PortPairInUse", "Port Pair {} in use.")
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
    taken = ("FlowClassifierInUse", "Flow Classifier {} in use.")
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

    def make(self, caller: Caller, document: Document) -> Document:
        self._refuse_same(document)
        correlation = document["chain_parameters"].get("correlation", "mpls")
        for id in document["port_pair_groups"]:
            for pair in self._member("port_pair_groups", id)["port_pairs"]:
                spoken = self._member("port_pairs", pair)["service_function_parameters"]["correlation"]
                if spoken not in (None, correlation):
                    message = (
                        f"Port Chain attempted creation included a Port Pair Group ({id}) with a different protocol "
                        "used as correlation type."
                    )
                    raise bad_request(message, "PortChainInconsistentCorrelations")
        return super().make(caller, document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        self._refuse_same({**document, **values})
        super().change(caller, document, values)

    def _refuse_same(self, document: Document) -> None:
        """No two chains lead through the same groups, or lead some of the same traffic."""
        if not document["port_pair_groups"]:
            raise bad_request("Port Pair Group is not specified in Port Chain.", "PortPairGroupNotSpecified")
        for other in self.documents:
            if other["id"] == document["id"]:
                continue
            if other["port_pair_groups"] == document["port_pair_groups"]:
                message = f"Port Pair Group(s) {document['port_pair_groups']} in use by Port Chain {other['id']}."
                raise conflict(message, "InvalidPortPairGroups")
            for ours, theirs in itertools.product(document["flow_classifiers"], other["flow_classifiers"]):
                both = (self._member("flow_classifiers", each) for each in (ours, theirs))
                if ours != theirs and mean_the_same(*both):
                    raise bad_request(
                        f"Flow Classifier {ours} conflicts with Flow Classifier {theirs} in port chain {other['id']}.",
                        "PortChainFlowClassifierInConflict",
                    )

    def _member(self, plural: str, id: str) -> Document:
        found = self.network.kinds[plural].documents.get(id)
        assert found is not None, f"{plural} keeps what a chain refers to"
        return found


CHAIN_KINDS = (FlowClassifiers, PortPairs, PortPairGroups, PortChains)
