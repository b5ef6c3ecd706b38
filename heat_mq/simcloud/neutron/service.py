"""Neutron."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud.error_bodies import neutron_body
from heat_mq.simcloud.neutron import agents, auto_allocation, discovery, gateways, limits, router_interfaces, trunks
from heat_mq.simcloud.neutron.address_scopes import AddressScopes
from heat_mq.simcloud.neutron.addresses import Addresses
from heat_mq.simcloud.neutron.firewalls import FIREWALL_KINDS
from heat_mq.simcloud.neutron.floating_ips import FloatingIps
from heat_mq.simcloud.neutron.kind import Kind
from heat_mq.simcloud.neutron.metering import METERING_KINDS
from heat_mq.simcloud.neutron.networks import Networks
from heat_mq.simcloud.neutron.parts import routes_of_parts
from heat_mq.simcloud.neutron.port_forwardings import PortForwardings
from heat_mq.simcloud.neutron.ports import Ports
from heat_mq.simcloud.neutron.qos import RULES, QosPolicies
from heat_mq.simcloud.neutron.rbac_policies import RbacPolicies
from heat_mq.simcloud.neutron.rest import routes_of
from heat_mq.simcloud.neutron.routers import Routers
from heat_mq.simcloud.neutron.security_group_rules import SecurityGroupRules
from heat_mq.simcloud.neutron.security_groups import SecurityGroups
from heat_mq.simcloud.neutron.seeds import seed
from heat_mq.simcloud.neutron.segments import Segments
from heat_mq.simcloud.neutron.sfc import CHAIN_KINDS
from heat_mq.simcloud.neutron.subnet_pools import SubnetPools
from heat_mq.simcloud.neutron.subnets import Subnets
from heat_mq.simcloud.neutron.taps import TAP_KINDS
from heat_mq.simcloud.neutron.trunks import Trunks
from heat_mq.simcloud.neutron.vpn import VPN_KINDS
from heat_mq.simcloud.quotas import Quotas
from heat_mq.simcloud.service import Service

if TYPE_CHECKING:
    from heat_mq.simcloud.cloud import Cloud

KINDS: tuple[type[Kind], ...] = (
    Networks,
    Subnets,
    Ports,
    Routers,
    FloatingIps,
    SecurityGroups,
    SecurityGroupRules,
    SubnetPools,
    AddressScopes,
    RbacPolicies,
    Segments,
    Trunks,
    QosPolicies,
)
#: Of the services beside the core.
FURTHER: tuple[type[Kind], ...] = (
    *METERING_KINDS,
    *FIREWALL_KINDS,
    *VPN_KINDS,
    *CHAIN_KINDS,
    *TAP_KINDS,
    *gateways.GATEWAY_KINDS,
)


class Network(Service):
    """The network service. Each kind of object is an attribute (``ports``, …) and in ``kinds``, by plural."""

    name = "network"
    root = "/network"
    endpoint = "/network"
    catalog: ClassVar = (("network", "neutron"),)
    routes: ClassVar = (
        *(discovery.routes, limits.routes, router_interfaces.routes, trunks.routes, gateways.routes),
        *(agents.routes, auto_allocation.routes),
        *map(routes_of, (*KINDS, *FURTHER)),
        *(routes_of_parts(each, QosPolicies) for each in RULES),
        routes_of_parts(PortForwardings, FloatingIps),
    )
    error_body = staticmethod(neutron_body)

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.quota_changes = self.collection("quotas")
        self.quotas = Quotas(self.name, self.quota_changes, cloud.faults, limits.DEFAULTS)
        self.addresses = Addresses()
        self.networks = Networks(self)
        self.subnets = Subnets(self)
        self.ports = Ports(self)
        self.routers = Routers(self)
        self.floating_ips = FloatingIps(self)
        self.security_groups = SecurityGroups(self)
        self.security_group_rules = SecurityGroupRules(self)
        self.subnet_pools = SubnetPools(self)
        self.address_scopes = AddressScopes(self)
        self.rbac_policies = RbacPolicies(self)
        self.segments = Segments(self)
        self.trunks = Trunks(self)
        self.qos_policies = QosPolicies(self)
        self.port_forwardings = PortForwardings(self)
        self.agents = agents.Agents(self)
        self.kinds: dict[str, Kind] = {each.plural: each for each in vars(self).values() if isinstance(each, Kind)}
        self.kinds |= {each.plural: each(self) for each in (*RULES, *FURTHER)}
        self.addresses.fill(self.ports.documents)

    def seed(self) -> None:
        self.addresses.fill([])
        self.agents.seed()
        seed(self)

    def kind_of(self, singular: str) -> Kind:
        """The kind whose objects RBAC policies call that."""
        return next(each for each in self.kinds.values() if singular == (each.shared_as or each.singular))
