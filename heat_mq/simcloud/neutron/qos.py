"""QoS policies and their rules."""

from __future__ import annotations

from typing import ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, integer, one_of
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS, Kind
from heat_mq.simcloud.neutron.parts import Part
from heat_mq.simcloud.refusal import conflict
from heat_mq.simcloud.store import Document, public

MOST = 2**31 - 1
MARKS = (0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 46, 48, 56)
ID = Attribute("id", post=False, put=False)
DIRECTION = Attribute("direction", one_of("egress", "ingress"), "egress")
MISSING = ("QosRuleNotFound", "QoS rule {} could not be found.")
DOUBLE = (
    "QoSRulesConflict",
    "Rule {kind} conflicts with rule {other} which already exists in QoS Policy {owner}.",
)


class QosPolicies(Kind):
    """``/v2.0/qos/policies``, written by administrators."""

    singular = "policy"
    plural = "policies"
    path = "/qos/policies"
    shared_as = "qos_policy"
    admin_only = True
    counted = False
    missing = ("QosPolicyNotFound", "QoS policy {} could not be found.")
    in_use = ("QosPolicyInUse", "QoS Policy {id} is used by {kind} {other}.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            NAME,
            TAGS,
            Attribute("shared", boolean, False),
            Attribute("is_default", boolean, False),
            Attribute("rules", post=False, put=False),
        ),
    )

    def view(self, caller: Caller, document: Document) -> Document:
        shown = super().view(caller, document)
        shown["rules"] = [
            {**public(rule), "type": kind.singular.removesuffix("_rule"), "qos_policy_id": document["id"]}
            for kind in self._rule_kinds()
            for rule in kind.all_of(document["id"])
        ]
        return shown

    def sees(self, caller: Caller, document: Document) -> bool:
        return document["shared"] or super().sees(caller, document)

    def unmake(self, document: Document) -> None:
        for kind in self._rule_kinds():
            kind.forget(document["id"])
        self.network.rbac_policies.forget("qos_policy", document["id"])
        super().unmake(document)

    def _rule_kinds(self) -> list[Part]:
        kinds = (self.network.kinds[each.plural] for each in RULES)
        return [each for each in kinds if isinstance(each, Part)]


class _Rules(Part):
    owned_by = "policies"
    missing = MISSING
    double = DOUBLE


class BandwidthLimitRules(_Rules):
    singular = "bandwidth_limit_rule"
    plural = "bandwidth_limit_rules"
    once = ("direction",)
    attributes: ClassVar = Attributes(
        singular,
        (
            ID,
            DIRECTION,
            Attribute("max_kbps", integer(0, MOST), REQUIRED),
            Attribute("max_burst_kbps", integer(0, MOST), 0),
        ),
    )


class DscpMarkingRules(_Rules):
    singular = "dscp_marking_rule"
    plural = "dscp_marking_rules"
    attributes: ClassVar = Attributes(singular, (ID, Attribute("dscp_mark", one_of(*MARKS), REQUIRED)))


class MinimumBandwidthRules(_Rules):
    singular = "minimum_bandwidth_rule"
    plural = "minimum_bandwidth_rules"
    once = ("direction",)
    attributes: ClassVar = Attributes(singular, (ID, DIRECTION, Attribute("min_kbps", integer(0, MOST), REQUIRED)))


class MinimumPacketRateRules(_Rules):
    singular = "minimum_packet_rate_rule"
    plural = "minimum_packet_rate_rules"
    once = ("direction",)
    attributes: ClassVar = Attributes(
        singular,
        (
            ID,
            Attribute("direction", one_of("any", "egress", "ingress"), "egress"),
            Attribute("min_kpps", integer(0, MOST), REQUIRED),
        ),
    )

    def settle(self, caller: Caller, owner: Document, document: Document) -> None:
        """A rule for any direction and one for a certain direction exclude each other."""
        for other in self.all_of(owner["id"]):
            if other["id"] != document["id"] and "any" in (other["direction"], document["direction"]):
                type, message = DOUBLE
                raise conflict(message.format(kind=self.singular, other=other["id"], owner=owner["id"]), type)


RULES: tuple[type[Part], ...] = (BandwidthLimitRules, DscpMarkingRules, MinimumBandwidthRules, MinimumPacketRateRules)
