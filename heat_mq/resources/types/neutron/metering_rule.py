"""OS::Neutron::MeteringRule: what traffic a metering label counts."""

from __future__ import annotations

import ipaddress

from heat_mq.resources.kit import Bool, Call, Props, Schema, Str, Support
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class MeteringRule(NeutronObject, type="OS::Neutron::MeteringRule"):
    """Neutron refuses rules of a label that overlap and count alike: by that an interrupted create finds its own."""

    kind = "metering_label_rule"
    has_name = False
    changeable = False
    unique = ("metering_label_id", "remote_ip_prefix", "direction", "excluded")
    needs_extension = "metering"
    support = Support(version="2014.1")

    class Properties(Schema):
        metering_label_id = Str("Id of the label.", required=True)
        remote_ip_prefix = Str("Addresses at the other end, as a CIDR.", required=True)
        direction = Str("Whether traffic in or out is counted.", default="ingress", allowed=("ingress", "egress"))
        excluded = Bool("Whether this traffic is left out of the count.", default="False")

    class Attributes(Schema):
        direction = Str("Whether traffic in or out is counted.")
        remote_ip_prefix = Str("Addresses at the other end.")
        metering_label_id = Str("Id of the label.")
        excluded = Str("Whether this traffic is left out.")

    def is_in_the_way(self, call: Call, successor: Props) -> bool:
        mine = self.record.properties
        if any(mine.get(name) != successor[name] for name in ("metering_label_id", "direction", "excluded")):
            return False
        old, new = (ipaddress.ip_network(each["remote_ip_prefix"], strict=False) for each in (mine, successor))
        return old.version == new.version and old.overlaps(new)
