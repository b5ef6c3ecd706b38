"""Flow classifiers: which traffic goes through a service function chain."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.addresses import prefixes_meet
from heat_mq.simcloud.neutron.attributes import Attribute, Attributes
from heat_mq.simcloud.neutron.checks import an_object, cidr, integer, one_of, optional, uuid_text
from heat_mq.simcloud.neutron.plain import DESCRIBED, Plain
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.store import Document

PORT = optional(integer(1, 65535))
ENDS: Final = ("source", "destination")


class FlowClassifiers(Plain):
    """``/v2.0/sfc/flow_classifiers``. No two of them, whosoever, may mean some of the same traffic."""

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
                for end in ENDS
                for bound in ("min", "max")
            ),
            *(Attribute(f"{end}_ip_prefix", optional(cidr), None, put=False) for end in ENDS),
            *(Attribute(f"logical_{end}_port", optional(uuid_text), None, put=False) for end in ENDS),
            Attribute("l7_parameters", an_object, {}, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        if not document["logical_source_port"] and not document["logical_destination_port"]:
            message = "Neither logical source port nor logical destination port is set."
            raise bad_request(message, "FlowClassifierNeitherLogicalPort")
        for end in ENDS:
            first, last = document[f"{end}_port_range_min"], document[f"{end}_port_range_max"]
            if first and last and first > last:
                message = f"Invalid port range. Min port {first} is greater than max port {last}."
                raise bad_request(message, "FlowClassifierInvalidPortRange")
            if (first or last) and document["protocol"] not in ("tcp", "udp"):
                message = "Port range is only supported for protocols tcp and udp."
                raise bad_request(message, "FlowClassifierProtocolRequiredWithPorts")
        for key in document["l7_parameters"]:
            raise bad_request(
                f"Invalid Flow Classifier parameters: Unknown key {key}.. "
                "Supported flow classifier parameters are {}.",
                "FlowClassifierInvalidL7Parameter",
            )
        for other in self.documents:
            if _overlap(document, other, ("logical_source_port", "logical_destination_port")):
                message = f"Flow Classifier conflicts with another Flow Classifier {other['id']}."
                raise bad_request(message, "FlowClassifierInConflict")
        return super().make(caller, document)


def mean_the_same(one: Document, other: Document) -> bool:
    """Whether some traffic is of both, whatever ports it comes from."""
    return _overlap(one, other, ())


def _overlap(one: Document, other: Document, ports: tuple[str, ...]) -> bool:
    return (
        one["ethertype"] == other["ethertype"]
        and all(_agree(one[key], other[key]) for key in ("protocol", *ports))
        and all(_meet(one[f"{end}_ip_prefix"], other[f"{end}_ip_prefix"]) for end in ENDS)
        and all(_ranges_meet(one, other, f"{end}_port_range") for end in ENDS)
    )


def _agree(one: Any, other: Any) -> bool:
    return one is None or other is None or one == other


def _meet(one: str | None, other: str | None) -> bool:
    return one is None or other is None or prefixes_meet(one, other)


def _ranges_meet(one: Document, other: Document, key: str) -> bool:
    pairs = ((one[f"{key}_min"], other[f"{key}_max"]), (other[f"{key}_min"], one[f"{key}_max"]))
    return all(least is None or most is None or least <= most for least, most in pairs)
