"""OS::Neutron::QoSBandwidthLimitRule: how much traffic a port may send or get."""

from __future__ import annotations

from heat_mq.resources.kit import Support
from heat_mq.resources.types.neutron.qos_rule import OfPolicy, QoSRule, direction, rate


class QoSBandwidthLimitRule(QoSRule, type="OS::Neutron::QoSBandwidthLimitRule"):
    kind = "bandwidth_limit_rule"
    path = "/qos/policies/{}/bandwidth_limit_rules"
    support = Support(version="6.0.0")

    class Properties(OfPolicy):
        max_kbps = rate("Most kilobits in a second.")
        max_burst_kbps = rate("Most kilobits in a burst; 0 leaves it to the service.", required=False, default=0)
        direction = direction(since="13.0.0")
