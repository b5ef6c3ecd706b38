"""Lives of the types of Neutron that lead the traffic of ports elsewhere, and join networks with what is outside."""

from __future__ import annotations

from tests.unit.resources.lives import Make, Raw
from tests.unit.resources.neutron.making import RENAMED, Life, neutron, wire


def trunk(make: Make) -> Raw:
    _, parent, *_ = wire(make, "parent", "sub-a", "sub-b", "sub-c")
    sub_ports = [sub_port("sub-a", 11), sub_port("sub-b", 12)]
    return {"name": "trunk", "description": "d", "port": parent, "sub_ports": sub_ports, "admin_state_up": True}


def sub_port(port: str, vlan: int) -> Raw:
    return {"port": port, "segmentation_type": "vlan", "segmentation_id": vlan}


def classifier(make: Make) -> Raw:
    _, source, destination = wire(make, "source", "destination")
    return {
        "name": "classifier",
        "description": "d",
        "protocol": "tcp",
        "ethertype": "IPv4",
        "source_ip_prefix": "10.55.0.0/24",
        "destination_ip_prefix": "10.56.0.0/24",
        "source_port_range_min": 1024,
        "source_port_range_max": 2048,
        "destination_port_range_min": 80,
        "destination_port_range_max": 81,
        "logical_source_port": source,
        "logical_destination_port": destination,
        "l7_parameters": {},
    }


def pair(make: Make) -> Raw:
    _, ingress, egress, _ = wire(make, "in", "out", "other-port", device_id="function")
    parameters = {"correlation": "mpls"}
    return {
        "name": "pair",
        "description": "d",
        "ingress": ingress,
        "egress": egress,
        "service_function_parameters": parameters,
    }


def pairs(make: Make) -> Raw:
    _, a, b = wire(make, "a", "b", device_id="function")
    for name, ports in (("pair-a", (a, b)), ("pair-b", (b, a))):
        neutron(make, "PortPair", name=name, ingress=ports[0], egress=ports[1])
    return {"name": "group", "description": "d", "port_pairs": ["pair-a"]}


def chain(make: Make) -> Raw:
    pair_id = neutron(make, "PortPair", **{key: value for key, value in pair(make).items() if key != "name"})
    neutron(make, "PortPairGroup", name="group", port_pairs=[pair_id])
    neutron(make, "PortPair", name="back", ingress="out", egress="in")
    neutron(make, "PortPairGroup", name="other-group", port_pairs=["back"])
    for name in ("one", "other"):
        protocol = {"one": "tcp", "other": "udp"}[name]
        neutron(make, "FlowClassifier", name=name, logical_source_port="in", protocol=protocol)
    parameters = {"correlation": "mpls", "symmetric": True}
    return {
        "name": "chain",
        "description": "d",
        "port_pair_groups": ["group"],
        "flow_classifiers": ["one"],
        "chain_parameters": parameters,
    }


def two_nets(make: Make) -> None:
    for name in ("net-a", "net-b"):
        neutron(make, "Net", name=name)


def l2_devices(vlan: str) -> list[Raw]:
    interfaces = [{"name": name, "segmentation_id": [vlan]} for name in ("eth0", "eth1")]
    return [{"device_name": "switch", "interfaces": interfaces}]


def l2_connection(make: Make) -> Raw:
    two_nets(make)
    devices = [{"device_name": "switch", "interfaces": [{"name": "eth0"}]}]
    gateway = neutron(make, "L2Gateway", name="gateway", devices=devices)
    return {"l2_gateway_id": gateway, "network_id": "net-a", "segmentation_id": "7"}


def network_gateway(make: Make) -> Raw:
    two_nets(make)
    connected = [{"network": "net-a", "segmentation_type": "vlan", "segmentation_id": 5}]
    return {"name": "gateway", "devices": [{"id": "d1", "interface_name": "eth0"}], "connections": connected}


def tap_service(make: Make) -> Raw:
    _, port, _ = wire(make, "tapped", "other-port")
    return {"name": "taps", "description": "d", "port": port}


def tap_flow(make: Make) -> Raw:
    port = tap_service(make)["port"]
    service = neutron(make, "TaaS::TapService", port="other-port")
    ranges = "1-5,9"
    return {
        "name": "flow",
        "description": "d",
        "port": port,
        "tap_service": service,
        "direction": "IN",
        "vlan_filter": ranges,
    }


LIVES = (
    Life(
        "Trunk",
        trunk,
        change={**RENAMED, "sub_ports": [sub_port("sub-b", 11), sub_port("sub-c", 13)], "admin_state_up": False},
        shown={"name": "trunk", "description": "d", "admin_state_up": True},
        changed={**RENAMED, "admin_state_up": False},
    ),
    Life(
        "FlowClassifier",
        classifier,
        change=RENAMED,
        replace={"protocol": "udp"},
        shown={"name": "classifier", "description": "d", "protocol": "tcp", "destination_port_range_max": 81},
        changed=RENAMED,
    ),
    Life(
        "PortPair",
        pair,
        change=RENAMED,
        replace={"service_function_parameters": {"correlation": None}},
        shown={"name": "pair", "description": "d", "service_function_parameters": {"correlation": "mpls"}},
        changed=RENAMED,
    ),
    Life(
        "PortPairGroup",
        pairs,
        change={**RENAMED, "port_pairs": ["pair-b", "pair-a"]},
        shown={"name": "group", "description": "d"},
        changed=RENAMED,
    ),
    Life(
        "PortChain",
        chain,
        change={**RENAMED, "port_pair_groups": ["group", "other-group"], "flow_classifiers": ["other"]},
        replace={"chain_parameters": {"correlation": "mpls", "symmetric": False}},
        shown={"name": "chain", "chain_parameters": {"correlation": "mpls", "symmetric": True}},
        changed=RENAMED,
    ),
    Life(
        "L2Gateway",
        lambda make: {"name": "gateway", "devices": l2_devices("5")},
        change={"name": "renamed", "devices": l2_devices("6")},
        shown={"name": "gateway"},
        changed={"name": "renamed"},
    ),
    Life("L2GatewayConnection", l2_connection, replace={"segmentation_id": "8"}, shown={"segmentation_id": 7}),
    Life(
        "NetworkGateway",
        network_gateway,
        change={
            "name": "renamed",
            "devices": [{"id": "d2", "interface_name": "eth1"}],
            "connections": [{"network": "net-b"}],
        },
        shown={"name": "gateway", "devices": [{"id": "d1", "interface_name": "eth0"}]},
        changed={"name": "renamed", "devices": [{"id": "d2", "interface_name": "eth1"}]},
    ),
    Life(
        "TaaS::TapService",
        tap_service,
        change=RENAMED,
        replace={"port": "other-port"},
        shown={"name": "taps", "description": "d"},
        changed=RENAMED,
    ),
    Life(
        "TaaS::TapFlow",
        tap_flow,
        change=RENAMED,
        replace={"direction": "OUT"},
        shown={"name": "flow", "description": "d", "direction": "IN", "vlan_filter": "1-5,9"},
        changed=RENAMED,
    ),
)
