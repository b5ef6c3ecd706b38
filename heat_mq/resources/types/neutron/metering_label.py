"""OS::Neutron::MeteringLabel: a name under which traffic is counted."""

from __future__ import annotations

from heat_mq.resources.kit import Bool, Schema, Str, Support
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class MeteringLabel(NeutronObject, type="OS::Neutron::MeteringLabel"):
    """Neutron changes no labels. So one that the template both names and describes cannot be told from others: if its
    create is interrupted it may be made twice."""

    kind = "metering_label"
    changeable = False
    needs_extension = "metering"
    support = Support(version="2014.1")

    class Properties(Schema):
        name = Str("Name of the label; one made of the names of stack and resource when none is given.")
        description = Str("Description of the label.")
        shared = Bool(
            "Whether the traffic of all projects is counted.", default=False, support=Support(version="2015.1")
        )

    class Attributes(Schema):
        name = Str("Name of the label.")
        description = Str("Its description.")
        shared = Str("Whether the traffic of all projects is counted.")
