"""OS::Neutron::QoSMinimumPacketRateRule: how many packets a port can count on."""

from __future__ import annotations

from heat_mq.resources.kit import Support
from heat_mq.resources.types.neutron.qos_rule import ONE_WAY, OfPolicy, QoSRule, direction, rate


class QoSMinimumPacketRateRule(QoSRule, type="OS::Neutron::QoSMinimumPacketRateRule"):
    kind = "minimum_packet_rate_rule"
    path = "/qos/policies/{}/minimum_packet_rate_rules"
    needs_extension = "qos-pps-minimum"
    support = Support(version="19.0.0")

    class Properties(OfPolicy):
        min_kpps = rate("Thousands of packets in a second that a port can count on.")
        direction = direction(("any", *ONE_WAY))
