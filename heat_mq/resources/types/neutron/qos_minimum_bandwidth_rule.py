"""OS::Neutron::QoSMinimumBandwidthRule: how much traffic a port can count on."""

from __future__ import annotations

from heat_mq.resources.kit import Support
from heat_mq.resources.types.neutron.qos_rule import OfPolicy, QoSRule, direction, rate


class QoSMinimumBandwidthRule(QoSRule, type="OS::Neutron::QoSMinimumBandwidthRule"):
    kind = "minimum_bandwidth_rule"
    path = "/qos/policies/{}/minimum_bandwidth_rules"
    needs_extension = "qos-bw-minimum-ingress"
    support = Support(version="14.0.0")

    class Properties(OfPolicy):
        min_kbps = rate("Kilobits in a second that a port can count on.")
        direction = direction()
