"""OS::Neutron::QoSDscpMarkingRule: how the packets of a port are marked for those who forward them."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Int, Support
from heat_mq.resources.types.neutron.qos_rule import OfPolicy, QoSRule

MARKS = (0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 46, 48, 56)


class QoSDscpMarkingRule(QoSRule, type="OS::Neutron::QoSDscpMarkingRule"):
    kind = "dscp_marking_rule"
    path = "/qos/policies/{}/dscp_marking_rules"
    support = Support(version="7.0.0")

    class Properties(OfPolicy):
        dscp_mark = Int("Mark that packets get.", required=True, update=IN_PLACE, allowed=MARKS)
