"""Metering: what traffic of a project is counted. There is no update."""

from __future__ import annotations

from typing import ClassVar

from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, one_of, optional, prefix, text, uuid_text
from heat_mq.simcloud.neutron.kind import NAME
from heat_mq.simcloud.neutron.plain import BASE, Plain


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
    once = ("metering_label_id", "remote_ip_prefix", "direction")
    double = (
        "MeteringLabelRuleOverlaps",
        "Metering label rule with remote_ip_prefix {remote_ip_prefix} overlaps another",
    )
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


METERING_KINDS = (MeteringLabels, MeteringRules)
