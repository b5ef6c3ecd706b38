"""Metering: what traffic of a project is counted. There is no update."""

from __future__ import annotations

from typing import ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.addresses import prefixes_meet
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, one_of, optional, prefix, text, uuid_text
from heat_mq.simcloud.neutron.kind import NAME
from heat_mq.simcloud.neutron.plain import BASE, Plain
from heat_mq.simcloud.refusal import conflict
from heat_mq.simcloud.store import Document


class MeteringLabels(Plain):
    """``/v2.0/metering/metering-labels``, for administrators."""

    singular = "metering_label"
    plural = "metering_labels"
    path = "/metering/metering-labels"
    admin_only = True
    missing = ("MeteringLabelNotFound", "Metering label {} does not exist")
    attributes: ClassVar = Attributes(
        singular,
        (
            *BASE,
            Attribute("name", NAME.check, "", put=False),
            Attribute("description", text(1024), "", put=False),
            Attribute("shared", boolean, False, put=False),
        ),
    )


class MeteringRules(Plain):
    """``/v2.0/metering/metering-label-rules``, for administrators."""

    singular = "metering_label_rule"
    plural = "metering_label_rules"
    path = "/metering/metering-label-rules"
    admin_only = True
    references: ClassVar = {"metering_label_id": "metering_labels"}
    missing = ("MeteringLabelRuleNotFound", "Metering label rule {} does not exist")
    attributes: ClassVar = Attributes(
        singular,
        (
            *BASE,
            Attribute("metering_label_id", uuid_text, REQUIRED, put=False),
            Attribute("direction", one_of("ingress", "egress"), "ingress", put=False),
            Attribute("excluded", boolean, False, put=False),
            Attribute("remote_ip_prefix", optional(prefix), None, put=False),
            Attribute("source_ip_prefix", optional(prefix), None, put=False),
            Attribute("destination_ip_prefix", optional(prefix), None, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        """Rules of a label that count alike do not overlap."""
        alike = {name: document[name] for name in ("metering_label_id", "direction", "excluded")}
        for other in self.documents.where(**alike):
            ours, theirs = document["remote_ip_prefix"], other["remote_ip_prefix"]
            if ours and theirs and prefixes_meet(ours, theirs):
                message = f"Metering label rule with remote_ip_prefix '{ours}' overlaps another."
                raise conflict(message, "MeteringLabelRuleOverlaps")
        return super().make(caller, document)


METERING_KINDS = (MeteringLabels, MeteringRules)
