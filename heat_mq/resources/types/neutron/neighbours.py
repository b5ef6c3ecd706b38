"""Which other resources of a template must be there first, though nothing refers to them.

Neutron's objects depend on each other through what they share: a port gets an address only where its network has
a subnet, a floating IP reaches a port only through a router.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import Sibling, Siblings
from heat_mq.resources.kit.references import references
from heat_mq.template.tree import ResourceReference

_PREFIX: Final = "OS::Neutron::"


def first(properties: Mapping[str, Any], *names: str) -> Any:
    """The first of the properties that is given: a new name, or the old one for it."""
    return next((properties[name] for name in names if properties.get(name) is not None), None)


def network_of(sibling: Sibling) -> Any:
    """Network of a port or subnet."""
    return first(sibling.properties, "network", "network_id")


def of_type(others: Iterable[Sibling], name: str) -> Sequence[Sibling]:
    return Siblings.of(others).of_type(_PREFIX + name)


def subnets_of(network: Any, others: Iterable[Sibling]) -> list[str]:
    """Names of the subnets on a network."""
    return [subnet.name for subnet in Siblings.of(others).sharing(_PREFIX + "Subnet", network_of, network)]


def gateway_network(router: Sibling) -> Any:
    info = router.properties.get("external_gateway_info")
    return info.get("network") if isinstance(info, Mapping) else None


def routers_to(network: Any, others: Iterable[Sibling]) -> list[str]:
    """Names of the routers and router gateways that lead to an external network."""
    siblings = Siblings.of(others)
    routers = siblings.sharing(_PREFIX + "Router", gateway_network, network)
    gateways = siblings.sharing(_PREFIX + "RouterGateway", network_of, network)
    return [found.name for found in (*routers, *gateways)]


def ways_of_router(router: Any, others: Iterable[Sibling]) -> list[str]:
    """Names of the interfaces and gateways by which a router is connected."""
    siblings = Siblings.of(others)
    interfaces = siblings.sharing(_PREFIX + "RouterInterface", _router_of, router)
    gateways = siblings.sharing(_PREFIX + "RouterGateway", _router_of, router)
    return [found.name for found in (*interfaces, *gateways)]


def interfaces_to_port(port: Any, others: Iterable[Sibling]) -> list[str]:
    """Names of the router interfaces on the subnets of a port of the template."""
    siblings = Siblings.of(others)
    found: list[str] = []
    for name in references(port):
        for sibling in siblings.sharing(_PREFIX + "Port", _itself, ResourceReference(name)):
            for subnet in _subnets_of_port(sibling, siblings):
                interfaces = siblings.sharing(_PREFIX + "RouterInterface", _subnet_of_interface, subnet)
                found += [interface.name for interface in interfaces]
    return list(dict.fromkeys(found))


def _itself(sibling: Sibling) -> ResourceReference:
    return ResourceReference(sibling.name)


def _router_of(sibling: Sibling) -> Any:
    return first(sibling.properties, "router", "router_id")


def _subnet_of_interface(interface: Sibling) -> Any:
    return first(interface.properties, "subnet", "subnet_id")


def _subnets_of_port(port: Sibling, others: Iterable[Sibling]) -> list[Any]:
    """The subnets of its addresses, else all of its network that the template has."""
    fixed = port.properties.get("fixed_ips")
    addresses = [each for each in fixed if isinstance(each, Mapping)] if isinstance(fixed, list) else []
    given = [subnet for each in addresses if (subnet := first(each, "subnet", "subnet_id")) is not None]
    return given or [ResourceReference(name) for name in subnets_of(network_of(port), others)]
