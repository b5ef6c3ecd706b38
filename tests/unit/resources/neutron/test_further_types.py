"""What is peculiar to the types of Neutron that an administrator or an operator's service makes possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.errors import CloudConflict, CloudError, CloudGone, CloudTransient, InvalidTemplate, NotFound, StepFailed
from heat_mq.resources.kit import Record, registry
from heat_mq.resources.kit.testing import Driver
from tests.simcloud.serving import Served
from tests.unit.resources.neutron.guarding_lives import vpn_service
from tests.unit.resources.neutron.operator_lives import TARGETS
from tests.unit.resources.neutron.routing_lives import extra_route, extra_routes, route
from tests.unit.resources.neutron.wiring_lives import network_gateway, sub_port, trunk


@pytest.fixture
def driver(cloud_of: Callable[[str], Cloud], cloud_clock: Any) -> Driver:
    return Driver(cloud_of("admin"), cloud_clock)


@pytest.fixture
def create(driver: Driver) -> Callable[..., Record]:
    def create(type_name: str, name: str = "thing", /, **raw: Any) -> Record:
        return driver.create(registry.get(f"OS::Neutron::{type_name}"), name, raw)

    return create


@pytest.fixture
def make(driver: Driver) -> Callable[..., str]:
    def make(type_name: str, **raw: Any) -> str:
        return str(driver.reference(driver.create(registry.get(type_name), "needed", raw)))

    return make


def network_of(driver: Driver) -> Any:
    cloud: Any = driver.cloud
    return cloud.network


def problems(type_name: str, **raw: Any) -> list[str]:
    cls = registry.get(f"OS::Neutron::{type_name}")
    try:
        Driver(None).props(cls, raw)  # type: ignore[arg-type]
    except InvalidTemplate as error:
        return [problem.message for problem in error.problems]
    return []


# --- what is refused before anything is made --------------------------------------------------


@pytest.mark.parametrize(
    ("type_name", "raw", "words"),
    [
        (
            "RBACPolicy",
            {"object_type": "qos_policy", "object_id": "x", "action": "access_as_external", "target_tenant": "*"},
            "access_as_external is for networks",
        ),
        ("SubnetPool", {"prefixes": ["10.0.0.0/8"], "min_prefixlen": 26, "max_prefixlen": 24}, "26 is above"),
        ("SubnetPool", {"prefixes": ["10.0.0.0/8"], "default_prefixlen": 8, "min_prefixlen": 24}, "24 is above"),
        ("SubnetPool", {"prefixes": []}, "length"),
        ("Segment", {"network": "n", "network_type": "vlan", "segmentation_id": 5}, "needs a physical_network"),
        ("Segment", {"network": "n", "network_type": "vxlan", "physical_network": "p"}, "on no physical_network"),
        (
            "Segment",
            {"network": "n", "network_type": "vlan", "physical_network": "p", "segmentation_id": 4095},
            "4095 is not possible for type vlan",
        ),
        (
            "Segment",
            {"network": "n", "network_type": "flat", "physical_network": "p", "segmentation_id": 1},
            "1 is not possible for type flat",
        ),
        ("ProviderNet", {"network_type": "flat", "segmentation_id": "5"}, "has no segmentation_id"),
        ("Quota", {"project": "demo"}, "needs a limit"),
        (
            "NetworkGateway",
            {"devices": [{"id": "d", "interface_name": "i"}], "connections": [sub_port("x", 1)]},
            "Unknown Property",
        ),
        (
            "NetworkGateway",
            {
                "devices": [{"id": "d", "interface_name": "i"}],
                "connections": [{"network": "n", "segmentation_type": "vlan"}],
            },
            "vlan needs a segmentation_id",
        ),
        (
            "NetworkGateway",
            {"devices": [{"id": "d", "interface_name": "i"}], "connections": [{"network": "n", "segmentation_id": 3}]},
            "flat has no segmentation_id",
        ),
        ("TaaS::TapFlow", {"port": "p", "tap_service": "t", "vlan_filter": "5-"}, "5-"),
    ],
)
def test_what_cannot_go_together_is_refused(type_name: str, raw: dict[str, Any], words: str) -> None:
    found = problems(type_name, **raw)
    assert any(words in message for message in found), found


def test_the_key_of_a_vpn_is_not_shown_when_it_is_wrong() -> None:
    found = problems("IPsecSiteConnection", psk={"very": "secret"})
    assert found
    assert not any("secret" in message for message in found)


# --- names, ids and addresses -----------------------------------------------------------------


def test_an_rbac_policy_finds_its_object_by_name_among_those_of_its_kind(driver: Driver, create: Any) -> None:
    network, scope = create("Net", name="same"), create("AddressScope", name="same")
    raw = {"object_id": "same", "action": "access_as_shared", "target_tenant": TARGETS[0]}
    for kind, target in (("network", network), ("address_scope", scope)):
        policy = create("RBACPolicy", object_type=kind, **raw)
        assert driver.read(policy)["object_id"] == target.physical_id
    with pytest.raises(NotFound, match="subnet pool"):
        create("RBACPolicy", object_type="subnetpool", **raw)


def test_a_floating_ip_is_found_by_its_address(driver: Driver, create: Any) -> None:
    ip = create("FloatingIP", floating_network="public")
    address = driver.read(ip)["floating_ip_address"]
    assert network_of(driver).find("floatingip", address) == ip.physical_id
    with pytest.raises(NotFound, match="floating IP"):
        network_of(driver).find("floatingip", "no address")


# --- QoS --------------------------------------------------------------------------------------


def test_a_policy_shows_its_rules_and_is_kept_while_a_network_has_it(driver: Driver, create: Any) -> None:
    policy = create("QoSPolicy", name="slow")
    create("QoSBandwidthLimitRule", policy="slow", max_kbps=100)
    assert [(rule["type"], rule["max_kbps"]) for rule in driver.attribute(policy, "rules")] == [
        ("bandwidth_limit", 100)
    ]
    network = create("Net", qos_policy="slow")
    with pytest.raises(CloudConflict, match="is used by network"):
        network_of(driver).remove("qos_policy", policy.physical_id)
    driver.delete(network)
    driver.delete(policy)


def test_a_rule_of_which_nothing_is_known_is_gone(driver: Driver) -> None:
    cls = registry.get("OS::Neutron::QoSDscpMarkingRule")
    record = Record("1", "rule", cls.type, "s", "stack", "p", "stack-rule-1", physical_id="x")
    driver.data["1"] = {}
    driver.delete(record)
    with pytest.raises(CloudGone):
        driver.read(record)


# --- trunks -----------------------------------------------------------------------------------


def test_only_the_sub_ports_that_change_are_moved(driver: Driver, make: Any) -> None:
    raw = trunk(make)
    record = driver.create(registry.get("OS::Neutron::Trunk"), "trunk", raw)
    sent = []
    network = network_of(driver)
    put = network.put
    network.put = lambda path, body=None, **more: sent.append((path.rsplit("/")[-1], body)) or put(path, body, **more)
    try:
        driver.update(record, {**raw, "sub_ports": [sub_port("sub-a", 11), sub_port("sub-c", 12)]})
    finally:
        del network.put
    moved = {verb: [network.show("port", each["port_id"])["name"] for each in body["sub_ports"]] for verb, body in sent}
    assert moved == {"remove_subports": ["sub-b"], "add_subports": ["sub-c"]}


def test_a_trunk_that_is_down_goes_up_to_be_deleted(driver: Driver, make: Any) -> None:
    raw = trunk(make) | {"admin_state_up": False, "sub_ports": []}
    record = driver.create(registry.get("OS::Neutron::Trunk"), "trunk", raw)
    driver.delete(record)
    with pytest.raises(CloudGone):
        driver.read(record)


def test_what_others_did_to_sub_ports_is_brought_back(driver: Driver, make: Any) -> None:
    raw = trunk(make)
    record = driver.create(registry.get("OS::Neutron::Trunk"), "trunk", raw)
    gone = {"sub_ports": [{"port_id": driver.read(record)["sub_ports"][0]["port_id"]}]}
    network_of(driver).put(f"/trunks/{record.physical_id}/remove_subports", gone)
    assert driver.drift(record, raw) == {"sub_ports"}
    driver.update(record, raw, observe=True)
    assert driver.drift(record, raw) == set()


# --- routes -----------------------------------------------------------------------------------


def test_routes_of_others_stay(driver: Driver, create: Any, make: Any) -> None:
    raw = extra_routes(make)
    network_of(driver).change("router", raw["router"], {"routes": [route("10.1.0.0/16")]})
    record = create("ExtraRouteSet", **raw)
    record = driver.update(record, {**raw, "routes": [route("10.2.0.0/16")]})
    assert driver.read(record)["routes"] == [route("10.1.0.0/16"), route("10.2.0.0/16")]
    assert driver.drift(record, {**raw, "routes": [route("10.2.0.0/16")]}) == set()
    driver.delete(record)
    assert network_of(driver).show("router", raw["router"])["routes"] == [route("10.1.0.0/16")]


def test_a_route_that_is_there_is_anothers(driver: Driver, create: Any, make: Any) -> None:
    raw = extra_route(make)
    create("ExtraRoute", **raw)
    with pytest.raises(StepFailed, match="belongs to another resource"):
        create("ExtraRoute", **raw)
    mine = create("ExtraRouteSet", router=raw["router_id"], routes=[])
    with pytest.raises(StepFailed, match="belongs to another resource"):
        driver.update(mine, {"router": raw["router_id"], "routes": [route("10.99.0.0/24")]})
    driver.delete(mine)
    assert network_of(driver).show("router", raw["router_id"])["routes"] == [route("10.99.0.0/24")]


def test_a_route_that_was_taken_away_is_missed_and_added_again(driver: Driver, create: Any, make: Any) -> None:
    raw = extra_routes(make)
    routes, one = create("ExtraRouteSet", **raw), create("ExtraRoute", router_id=raw["router"], **route("10.1.0.0/16"))
    assert one.physical_id == f"{raw['router']}:10.1.0.0/16=10.55.0.9"
    network_of(driver).change("router", raw["router"], {"routes": []})
    for each in (routes, one):
        with pytest.raises(CloudGone, match="has no route"):
            driver.check(each)
        assert not driver.needs_replace_failed(each)
    assert driver.drift(routes, raw) == {"routes"}
    driver.update(routes, raw, observe=True)
    assert sorted(map(str, driver.read(routes)["routes"])) == sorted(map(str, raw["routes"]))


def test_routes_that_a_successor_has_too_stay_when_the_others_go(driver: Driver, create: Any, make: Any) -> None:
    old_routes, new_routes = ([route(f"10.{number}.0.0/16") for number in numbers] for numbers in ((1, 2), (2, 3)))
    old = create("ExtraRouteSet", router=extra_routes(make)["router"], routes=old_routes)
    wanted = {**old.properties, "routes": new_routes}
    driver.prepare_replace(old, wanted)
    new = create("ExtraRouteSet", **wanted)
    driver.clean_up(old, new)
    assert driver.read(new)["routes"] == new_routes
    driver.prepare_replace(new, old.properties)
    driver.clean_up(new, old)  # which had failed
    driver.finish(old, "restore_replaced")
    assert driver.read(old)["routes"] == old_routes


def test_what_an_update_is_about_to_add_is_stored_before_it_is_added(driver: Driver, create: Any, make: Any) -> None:
    raw = extra_routes(make)
    record = create("ExtraRouteSet", **raw)
    wanted = {**raw, "routes": [route("10.2.0.0/16")]}
    driver.run(record, "check")
    seen = []
    cls = registry.get(record.type)
    settle = cls._settle  # type: ignore[attr-defined]
    cls._settle = lambda self, call, routes: (
        seen.append(list(driver.data[record.id]["routes"]))
        or settle(  # type: ignore[attr-defined]
            self, call, routes
        )
    )
    try:
        driver.update(record, wanted)
    finally:
        cls._settle = settle  # type: ignore[attr-defined]
    assert route("10.2.0.0/16") in seen[0]
    assert driver.data[record.id]["routes"] == wanted["routes"]


class OldRouter:
    """A Neutron without atomic changes of routes, in which another client overwrites the first change."""

    def __init__(self) -> None:
        self.routes: list[dict[str, str]] = [route("10.1.0.0/16")]
        self.losses = 1

    def service(self, service_type: str) -> Any:
        return self

    def extensions(self) -> frozenset[str]:
        return frozenset({"extraroute"})

    def find(self, kind: str, name: str) -> str:
        return name

    def show(self, kind: str, id: str) -> dict[str, Any]:
        return {"id": id, "routes": list(self.routes)}

    def change(self, kind: str, id: str, body: dict[str, Any]) -> None:
        if self.losses:
            self.losses -= 1
        else:
            self.routes = body["routes"]


def test_without_atomic_changes_a_route_that_was_overwritten_is_added_again() -> None:
    cloud: Any = OldRouter()
    driver = Driver(cloud)
    record = driver.create(registry.get("OS::Neutron::ExtraRoute"), "one", {"router_id": "r", **route("10.2.0.0/16")})
    assert cloud.routes == [route("10.1.0.0/16"), route("10.2.0.0/16")]
    cloud.losses = 1
    driver.delete(record)
    assert cloud.routes == [route("10.1.0.0/16")]


# --- pools, segments, networks ----------------------------------------------------------------


def test_neighbouring_prefixes_are_as_asked_for_though_they_are_shown_as_one(driver: Driver, create: Any) -> None:
    raw = {"prefixes": ["10.9.0.0/16", "10.8.0.0/16"], "min_prefixlen": 24}
    record = create("SubnetPool", **raw)
    assert driver.read(record)["prefixes"] == ["10.8.0.0/15"]
    assert driver.drift(record, raw) == set()
    network_of(driver).change("subnetpool", record.physical_id, {"prefixes": ["10.8.0.0/14"]})
    assert driver.drift(record, raw) == {"prefixes"}


def test_a_network_tells_its_segments(driver: Driver, create: Any) -> None:
    net = create("ProviderNet", network_type="vlan", physical_network="physnet1", segmentation_id="7")
    other = create("Segment", network=net.physical_id, network_type="vlan", physical_network="physnet2")
    segments = driver.attribute(net, "segments")
    assert [each["physical_network"] for each in segments] == ["physnet1", "physnet2"]
    driver.delete(other)
    assert [each["segmentation_id"] for each in driver.attribute(net, "segments")] == [7]


def test_a_floating_ip_goes_before_a_successor_of_its_address_and_comes_back_when_that_fails(
    driver: Driver, create: Any
) -> None:
    raw = {"floating_network": "public", "floating_ip_address": "172.24.4.78", "value_specs": {}}
    old = create("FloatingIP", **raw)
    driver.prepare_replace(old, {**raw, "floating_ip_address": "172.24.4.79"})
    assert driver.read(old)["floating_ip_address"] == "172.24.4.78"
    driver.prepare_replace(old, {**raw, "value_specs": {"description": "other"}})
    with pytest.raises(CloudGone):
        driver.read(old)
    restored = driver.finish(old, "restore_replaced")
    assert driver.read(restored)["floating_ip_address"] == "172.24.4.78"


# --- services beside the core -----------------------------------------------------------------


def test_a_vpn_service_is_there_at_once_and_changed_when_it_has_a_connection(driver: Driver, make: Any) -> None:
    raw = vpn_service(make) | {"description": "d"}
    service = driver.create(registry.get("OS::Neutron::VPNService"), "vpn", raw)
    assert driver.read(service)["status"] == "PENDING_CREATE"
    assert driver.read(service)["description"] == "d"
    values = {"peer_address": "198.51.100.1", "peer_id": "peer", "peer_cidrs": ["10.77.0.0/24"], "psk": "secret"}
    policies = {f"{kind.lower()}policy_id": make(f"OS::Neutron::{kind}Policy") for kind in ("IKE", "IPsec")}
    make("OS::Neutron::IPsecSiteConnection", vpnservice_id=service.physical_id, **policies, **values)
    assert driver.read(service)["status"] == "ACTIVE"
    changed = driver.update(service, {**raw, "name": "renamed", "description": "other"})
    live = driver.read(changed)
    assert (live["name"], live["description"]) == ("renamed", "other")


def test_a_rule_for_any_protocol_is_one_without(driver: Driver, create: Any) -> None:
    rule = create("FirewallRule")
    assert driver.read(rule)["protocol"] is None
    assert driver.drift(rule, {}) == set()
    rule = driver.update(rule, {"protocol": "tcp", "destination_port": "22"})
    rule = driver.update(rule, {"protocol": "any"})
    live = driver.read(rule)
    assert (live["protocol"], live["destination_port"]) == (None, None)


def test_a_rule_knows_its_policy_and_place(driver: Driver, create: Any) -> None:
    rules = [create("FirewallRule", name).physical_id for name in ("first", "second")]
    policy = create("FirewallPolicy", firewall_rules=rules)
    second = Record("2", "second", "OS::Neutron::FirewallRule", "s", "s", "p", "n", physical_id=rules[1])
    driver.data["2"] = {}
    assert driver.attribute(second, "position") == 2
    assert driver.attribute(second, "firewall_policy_id") == policy.physical_id


def test_a_policy_stays_audited_when_the_template_goes_on_saying_so(driver: Driver, create: Any) -> None:
    policy = create("FirewallPolicy", audited=True, description="d")
    policy = driver.update(policy, {"audited": True, "description": "other"})
    live = driver.read(policy)
    assert (live["audited"], live["description"]) == (True, "other")


def test_a_policy_is_deleted_when_the_firewall_that_lingers_is_gone(driver: Driver, create: Any) -> None:
    policy = create("FirewallPolicy")
    firewall = create("Firewall", firewall_policy_id=policy.physical_id)
    network_of(driver).remove("firewall", firewall.physical_id)
    assert driver.read(firewall)["status"] == "PENDING_DELETE"
    driver.delete(policy)
    assert any("is being used" in note for note in driver.notes)


def test_a_limit_that_is_taken_away_is_the_services_default_again(driver: Driver, create: Any) -> None:
    record = create("Quota", project="demo", port=5, router=6)
    driver.update(record, {"project": "demo", "router": 7})
    live = driver.read(record)
    assert (live["port"], live["router"]) == (-1, 7)


def test_a_gateway_is_deleted_with_the_networks_that_it_connects(driver: Driver, make: Any) -> None:
    raw = network_gateway(make)
    record = driver.create(registry.get("OS::Neutron::NetworkGateway"), "gateway", raw)
    record = driver.update(record, {**raw, "connections": [{"network": "net-b"}]})
    ports = driver.read(record)["ports"]
    assert [(each["segmentation_type"], each["segmentation_id"]) for each in ports] == [("flat", 0)]
    driver.delete(record)
    with pytest.raises(CloudGone):
        driver.read(record)


@pytest.mark.parametrize("type_name", ["IKEPolicy", "IPsecPolicy"])
@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ({}, "auth_algorithm is sha1, which newer Neutrons refuse: try sha256"),
        ({"auth_algorithm": "sha256", "encryption_algorithm": "3des"}, "encryption_algorithm is 3des, .* try aes-256"),
    ],
)
def test_an_algorithm_that_neutron_knows_no_more_is_named(
    create: Any, served: Served, type_name: str, raw: dict[str, Any], hint: str
) -> None:
    words = "Request Failed: internal server error"
    served.cloud.faults.add({"kind": "error", "service": "network", "method": "POST", "status": 500, "message": words})
    with pytest.raises(CloudTransient, match=rf"{words} \({hint}\)"):
        create(type_name, **raw)
    with pytest.raises(CloudTransient, match=rf"{words}$"):
        create(type_name, auth_algorithm="sha256")


def test_an_update_to_an_algorithm_that_neutron_knows_no_more_is_explained(
    driver: Driver, create: Any, served: Served
) -> None:
    policy = create("IKEPolicy", auth_algorithm="sha256")
    served.cloud.faults.add({"kind": "error", "service": "network", "method": "PUT", "status": 400, "message": "No."})
    with pytest.raises(CloudError, match=r"No\. \(auth_algorithm is sha1, .* try sha256\)"):
        driver.update(policy, {"auth_algorithm": "sha1"})
