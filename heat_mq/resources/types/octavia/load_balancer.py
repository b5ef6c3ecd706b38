"""OS::Octavia::LoadBalancer: an address behind which listeners and pools spread requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import (
    Call,
    CloudError,
    List,
    Lookup,
    Outcome,
    Schema,
    Sibling,
    Siblings,
    Str,
    Support,
)
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.octavia_object import OctaviaObject

_INTERFACE: Final = "OS::Neutron::RouterInterface"


class LoadBalancer(OctaviaObject, type="OS::Octavia::LoadBalancer"):
    support = Support(version="10.0.0")
    kind = "loadbalancer"
    keys: ClassVar[Mapping[str, str]] = {
        "vip_subnet": "vip_subnet_id",
        "flavor": "flavor_id",
        "tenant_id": "project_id",
    }
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "admin_state_up": True}

    class Properties(Schema):
        name = properties.name("load balancer")
        description = properties.description("load balancer")
        vip_address = Str("Its address on the subnet; Neutron chooses one when not given.", constraint="ip_addr")
        vip_subnet = properties.subnet("The subnet of its address, by name or id.", required=True)
        provider = Str("Which of Octavia's providers builds it.")
        admin_state_up = properties.admin_state_up("load balancer")
        tenant_id = Str(
            "Project that owns the load balancer, by name or id; giving another than one's own is for administrators.",
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
        )
        flavor = Str(
            "Flavor of the load balancer, by name or id.",
            constraint="octavia.flavor",
            lookup=Lookup("load-balancer", "flavor"),
            support=Support(version="14.0.0"),
        )
        availability_zone = Str(
            "Availability zone in which it is built.",
            constraint="octavia.availabilityzone",
            support=Support(version="17.0.0"),
        )

    class Attributes(Schema):
        vip_address = Str("Its address.")
        vip_port_id = Str("Id of the port that has the address.")
        vip_subnet_id = Str("Id of the subnet of the address.")
        pools = List("Its pools.")
        flavor_id = Str("Id of its flavor.")

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """What gives its address a way out comes first: floating IPs of its port refer to nothing but it."""
        yield from super().hidden_dependencies(me, others)
        subnet = me.properties.get("vip_subnet")
        yield from (each.name for each in Siblings.of(others).sharing(_INTERFACE, _subnet_of, subnet))

    def check_delete(self, call: Call) -> Outcome:
        try:
            return super().check_delete(call)
        except CloudError as error:
            if error.status != 400 or not self._parts_are_going(call):
                raise
            return wait(call)

    def _parts_are_going(self, call: Call) -> bool:
        """Whether all that keeps it is on its way out: parts that other stacks are deleting."""
        live = call.api.show(self.kind, self.physical_id)
        parts = {each["id"] for each in (*live["listeners"], *live["pools"])}
        going = {"provisioning_status": "PENDING_DELETE"}
        return parts <= {each["id"] for kind in ("listener", "pool") for each in call.api.all(kind, **going)}


def _subnet_of(interface: Sibling) -> Any:
    return interface.properties.get("subnet") or interface.properties.get("subnet_id")
