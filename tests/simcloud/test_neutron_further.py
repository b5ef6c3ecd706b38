"""QoS, trunks, segments, port forwardings and services beside Neutron's core, by openstacksdk where it knows them."""

from __future__ import annotations

from typing import Any

import pytest
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Clock


def wired(demo: Connection, ports: int = 1, **port: Any) -> tuple[Any, Any, list[Any]]:
    """A network, a subnet of it, and ports there."""
    network = demo.network.create_network(name="n")
    subnet = demo.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.55.0.0/24")
    return network, subnet, [demo.network.create_port(network_id=network.id, **port) for _ in range(ports)]


def refused(connection: Connection, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """Status and type of a refusal."""
    answer = connection.network.request(path, method, json=body, raise_exc=False)
    return answer.status_code, answer.json()["NeutronError"]["type"]


def made(connection: Connection, path: str, one: str, **body: Any) -> dict[str, Any]:
    answer = connection.network.post(path, json={one: body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()[one])


def test_policies_are_made_by_administrators_and_used_by_those_they_are_shared_with(
    demo: Connection, admin: Connection
) -> None:
    with pytest.raises(exceptions.ForbiddenException):
        demo.network.create_qos_policy(name="mine")
    own, shared = admin.network.create_qos_policy(name="own"), admin.network.create_qos_policy(name="s", shared=True)
    with pytest.raises(exceptions.NotFoundException, match=f"QoS policy {own.id} could not be found"):
        demo.network.create_network(qos_policy_id=own.id)
    network = demo.network.create_network(qos_policy_id=shared.id)
    port = demo.network.create_port(network_id=network.id)
    assert (port.qos_policy_id, port.qos_network_policy_id) == (None, shared.id)
    with pytest.raises(exceptions.ConflictException, match=f"is used by network {network.id}"):
        admin.network.delete_qos_policy(shared.id)
    with pytest.raises(exceptions.ForbiddenException):
        demo.network.update_qos_policy(shared, name="theirs")


def test_a_policy_has_one_rule_of_a_kind_for_each_direction(admin: Connection) -> None:
    policy = admin.network.create_qos_policy(name="p")
    rule = admin.network.create_qos_bandwidth_limit_rule(policy, max_kbps=1000)
    assert (rule.max_burst_kbps, rule.direction) == (0, "egress")
    with pytest.raises(exceptions.ConflictException, match=f"conflicts with rule {rule.id}"):
        admin.network.create_qos_bandwidth_limit_rule(policy, max_kbps=2000)
    admin.network.create_qos_bandwidth_limit_rule(policy, max_kbps=2000, direction="ingress")
    with pytest.raises(exceptions.ConflictException):
        admin.network.update_qos_bandwidth_limit_rule(rule, policy, direction="ingress")
    admin.network.create_qos_minimum_packet_rate_rule(policy, min_kpps=1, direction="any")
    with pytest.raises(exceptions.ConflictException):
        admin.network.create_qos_minimum_packet_rate_rule(policy, min_kpps=1, direction="egress")
    kinds = [each["type"] for each in admin.network.get_qos_policy(policy.id).rules]
    assert kinds == ["bandwidth_limit", "bandwidth_limit", "minimum_packet_rate"]
    with pytest.raises(exceptions.BadRequestException, match="13 is not in valid_values"):
        admin.network.create_qos_dscp_marking_rule(policy, dscp_mark=13)


def test_a_rule_of_a_policy_is_told_no_project(admin: Connection) -> None:
    policy = admin.network.create_qos_policy(name="p")
    path = f"/qos/policies/{policy.id}/dscp_marking_rules"
    body = {"dscp_marking_rule": {"dscp_mark": 8, "tenant_id": "0" * 32}}
    assert refused(admin, "POST", path, body) == (400, "HTTPBadRequest")


def test_ports_belong_to_their_trunk(demo: Connection) -> None:
    _, _, (parent, sub, other) = wired(demo, 3)
    first = {"port_id": sub.id, "segmentation_type": "vlan", "segmentation_id": 5}
    trunk = demo.network.create_trunk(port_id=parent.id, sub_ports=[first])
    assert (trunk.status, trunk.sub_ports) == ("DOWN", [first])
    assert demo.network.get_port(sub.id).device_owner == "trunk:subport"
    with pytest.raises(exceptions.ConflictException, match="already in use on trunk"):
        demo.network.add_trunk_subports(trunk, [{**first, "port_id": other.id}])
    for port, words in ((parent, "parent port for trunk"), (sub, "subport for trunk")):
        with pytest.raises(exceptions.ConflictException, match=words):
            demo.network.delete_port(port)
    with pytest.raises(exceptions.ConflictException, match="already associated with a trunk"):
        demo.network.create_trunk(port_id=parent.id)
    demo.network.update_trunk(trunk, admin_state_up=False)
    with pytest.raises(exceptions.ConflictException, match="disabled"):
        demo.network.delete_trunk(trunk)
    demo.network.update_trunk(trunk, admin_state_up=True)
    demo.network.delete_trunk(trunk)
    assert demo.network.get_port(sub.id).device_owner == ""
    demo.network.delete_port(sub)


def test_a_policy_is_for_a_project_or_for_all(admin: Connection) -> None:
    network = admin.network.create_network(name="n")
    body = {"object_type": "network", "object_id": network.id, "action": "access_as_shared"}
    wrong = {"rbac_policy": {**body, "target_tenant": "somebody"}}
    assert refused(admin, "POST", "/rbac-policies", wrong) == (400, "InvalidInput")
    policy = made(admin, "/rbac-policies", "rbac_policy", **body, target_tenant="f" * 32)
    wrong = {"rbac_policy": {"target_tenant": "somebody"}}
    assert refused(admin, "PUT", f"/rbac-policies/{policy['id']}", wrong) == (400, "InvalidInput")


def test_every_network_has_a_segment_and_may_get_others(demo: Connection, admin: Connection) -> None:
    wire = {"provider:network_type": "vlan", "provider:physical_network": "p", "provider:segmentation_id": 7}
    network = made(admin, "/networks", "network", **wire)
    (own,) = admin.network.segments(network_id=network["id"])
    assert (own.network_type, own.physical_network, own.segmentation_id) == ("vlan", "p", 7)
    assert list(demo.network.segments()) == []
    body = {"network_id": network["id"], "network_type": "vlan", "physical_network": "p", "segmentation_id": 7}
    assert refused(admin, "POST", "/segments", {"segment": body}) == (409, "VlanIdInUse")
    assert refused(admin, "POST", "/segments", {"segment": {**body, "segmentation_id": 4095}}) == (400, "InvalidInput")
    segment = admin.network.create_segment(**{**body, "segmentation_id": 8})
    subnet = admin.network.create_subnet(
        network_id=network["id"], ip_version=4, cidr="10.0.0.0/24", segment_id=segment.id
    )
    assert refused(admin, "DELETE", f"/segments/{segment.id}") == (409, "SegmentInUse")
    moved = (400, "SubnetSegmentAssociationChangeError")
    assert refused(admin, "PUT", f"/subnets/{subnet.id}", {"subnet": {"segment_id": None}}) == moved
    admin.network.delete_subnet(subnet)
    path = f"/networks/{network['id']}"
    assert refused(admin, "PUT", path, {"network": {"provider:network_type": "vxlan"}}) == (400, "InvalidInput")
    for status in (200, 409):  # a number that is said again is in use
        answer = admin.network.request(path, "PUT", json={"network": {"provider:segmentation_id": 9}}, raise_exc=False)
        assert answer.status_code == status
    assert sorted(each.segmentation_id for each in admin.network.segments(network_id=network["id"])) == [8, 9]
    admin.network.delete_network(network["id"])
    assert list(admin.network.segments(network_id=network["id"])) == []


def test_a_port_is_forwarded_as_long_as_it_is_there(demo: Connection) -> None:
    _, subnet, (port,) = wired(demo)
    public = demo.network.find_network("public")
    floating_ip = demo.network.create_ip(floating_network_id=public.id)
    body = {
        "internal_port_id": port.id,
        "internal_ip_address": port.fixed_ips[0]["ip_address"],
        "internal_port": 22,
        "external_port": 2222,
        "protocol": "tcp",
    }
    with pytest.raises(exceptions.NotFoundException, match="not reachable"):
        demo.network.create_port_forwarding(floatingip_id=floating_ip.id, **body)
    router = demo.network.create_router(external_gateway_info={"network_id": public.id})
    demo.network.add_interface_to_router(router, subnet_id=subnet.id)
    forwarding = demo.network.create_port_forwarding(floatingip_id=floating_ip.id, **body)
    with pytest.raises(exceptions.BadRequestException, match="port collision with the internal_port_range"):
        demo.network.create_port_forwarding(floatingip_id=floating_ip.id, **body)
    seen = demo.network.get_ip(floating_ip.id)
    assert ([each["id"] for each in seen.port_forwardings], seen.router_id) == ([forwarding.id], router.id)
    demo.network.delete_port(port)
    seen = demo.network.get_ip(floating_ip.id)
    assert (seen.port_forwardings, seen.router_id) == ([], None)


def test_metering_is_for_administrators_and_knows_no_update(demo: Connection, admin: Connection) -> None:
    with pytest.raises(exceptions.ForbiddenException):
        demo.network.create_metering_label(name="l")
    label = admin.network.create_metering_label(name="l")
    rule = {"metering_label_id": label.id, "remote_ip_prefix": "10.0.0.0/8"}
    made(admin, "/metering/metering-label-rules", "metering_label_rule", **rule)
    again = {"metering_label_rule": rule}
    assert refused(admin, "POST", "/metering/metering-label-rules", again) == (409, "MeteringLabelRuleOverlaps")
    with pytest.raises(exceptions.BadRequestException, match="read-only attribute name"):
        admin.network.update_metering_label(label, name="other")


def test_a_firewall_is_at_work_after_a_while_and_refuses_changes_before(demo: Connection, clock: Clock) -> None:
    rule = made(demo, "/fw/firewall_rules", "firewall_rule", protocol="tcp", destination_port="80")
    policy = made(demo, "/fw/firewall_policies", "firewall_policy", firewall_rules=[rule["id"]], audited=True)
    firewall = made(demo, "/fw/firewalls", "firewall", firewall_policy_id=policy["id"])
    path = f"/fw/firewalls/{firewall['id']}"
    assert firewall["status"] == "PENDING_CREATE"
    assert refused(demo, "PUT", path, {"firewall": {"name": "n"}}) == (409, "FirewallInPendingState")
    clock.go(1)
    assert demo.network.get(path).json()["firewall"]["status"] == "ACTIVE"
    for kind, id, error in (("rules", rule, "FirewallRuleInUse"), ("policies", policy, "FirewallPolicyInUse")):
        assert refused(demo, "DELETE", f"/fw/firewall_{kind}/{id['id']}") == (409, error)
    changed = demo.network.put(f"/fw/firewall_policies/{policy['id']}", json={"firewall_policy": {"name": "n"}})
    assert changed.json()["firewall_policy"]["audited"] is False
    demo.network.delete(path)
    assert demo.network.get(path).json()["firewall"]["status"] == "PENDING_DELETE"
    clock.go(1)
    assert refused(demo, "GET", path) == (404, "FirewallNotFound")
    body = {"firewall_rule": {"destination_port": "80"}}
    assert refused(demo, "POST", "/fw/firewall_rules", body) == (400, "FirewallRuleWithPortWithoutProtocolInvalid")


def test_a_vpn_needs_a_router_that_leads_out(demo: Connection) -> None:
    _, subnet, _ = wired(demo)
    router = demo.network.create_router()
    body = {"vpnservice": {"router_id": router.id, "subnet_id": subnet.id}}
    assert refused(demo, "POST", "/vpn/vpnservices", body) == (400, "SubnetIsNotConnectedToRouter")
    demo.network.add_interface_to_router(router, subnet_id=subnet.id)
    assert refused(demo, "POST", "/vpn/vpnservices", body) == (400, "RouterIsNotExternal")
    public = demo.network.find_network("public")
    demo.network.update_router(router, external_gateway_info={"network_id": public.id})
    service = made(demo, "/vpn/vpnservices", "vpnservice", **body["vpnservice"])
    update = {"vpnservice": {"name": "n"}}
    assert refused(demo, "PUT", f"/vpn/vpnservices/{service['id']}", update) == (400, "VPNStateInvalidToUpdate")


def test_what_others_refer_to_is_kept_and_what_is_not_there_is_refused(demo: Connection) -> None:
    _, _, (one, two) = wired(demo, 2, device_id="server")
    nobody = "00000000-0000-0000-0000-000000000000"
    body = {"port_pair": {"ingress": nobody, "egress": two.id}}
    assert refused(demo, "POST", "/sfc/port_pairs", body) == (404, "PortNotFound")
    pair = made(demo, "/sfc/port_pairs", "port_pair", ingress=one.id, egress=two.id)
    made(demo, "/sfc/port_pair_groups", "port_pair_group", port_pairs=[pair["id"]])
    assert refused(demo, "DELETE", f"/sfc/port_pairs/{pair['id']}") == (409, "PortPairInUse")
    again = {"port_pair_group": {"port_pairs": [pair["id"]]}}
    assert refused(demo, "POST", "/sfc/port_pair_groups", again) == (409, "PortPairInUse")


def test_a_gateway_is_kept_while_it_connects_a_network(demo: Connection) -> None:
    network, _, _ = wired(demo)
    gateway = made(demo, "/network-gateways", "network_gateway", devices=[{"id": "d", "interface_name": "i"}])
    path, body = f"/network-gateways/{gateway['id']}", {"network_id": network.id}
    demo.network.put(f"{path}/connect_network", json=body)
    assert refused(demo, "PUT", f"{path}/connect_network", body) == (409, "GatewayConnectionInUse")
    assert refused(demo, "DELETE", path) == (409, "GatewayInUse")
    demo.network.put(f"{path}/disconnect_network", json=body)
    assert refused(demo, "PUT", f"{path}/disconnect_network", body) == (404, "GatewayConnectionNotFound")
    assert demo.network.delete(path).status_code == 204


def test_quotas_that_were_never_changed_cannot_be_deleted(demo: Connection, admin: Connection) -> None:
    path = f"/quotas/{demo.current_project_id}"
    assert refused(admin, "DELETE", path) == (404, "TenantQuotaNotFound")
    admin.network.put(path, json={"quota": {"port": 5}})
    assert admin.network.get(f"{path}/default").json()["quota"]["port"] == -1
    assert admin.network.delete(path).status_code == 204


def test_the_ports_of_a_pair_are_of_one_server(demo: Connection) -> None:
    _, _, (one, two) = wired(demo, 2)
    body = {"port_pair": {"ingress": one.id, "egress": two.id}}
    assert refused(demo, "POST", "/sfc/port_pairs", body) == (400, "PortPairIngressNoHost")
    demo.network.update_port(one, device_id="a")
    assert refused(demo, "POST", "/sfc/port_pairs", body) == (400, "PortPairEgressNoHost")
    demo.network.update_port(two, device_id="b")
    assert refused(demo, "POST", "/sfc/port_pairs", body) == (400, "PortPairIngressEgressDifferentHost")
    demo.network.update_port(two, device_id="a")
    made(demo, "/sfc/port_pairs", "port_pair", ingress=one.id, egress=two.id)
    assert refused(demo, "POST", "/sfc/port_pairs", body) == (400, "PortPairIngressEgressInUse")


def test_classifiers_do_not_overlap(demo: Connection) -> None:
    _, _, (port, other) = wired(demo, 2)
    path, one = "/sfc/flow_classifiers", "flow_classifier"
    web = {"protocol": "tcp", "destination_port_range_min": 80, "destination_port_range_max": 90}
    made(demo, path, one, logical_source_port=port.id, source_ip_prefix="10.0.0.0/8", **web)
    clash = {one: {"logical_source_port": port.id, "source_ip_prefix": "10.1.0.0/16", "protocol": "tcp"}}
    assert refused(demo, "POST", path, clash) == (400, "FlowClassifierInConflict")
    made(demo, path, one, **{**clash[one], "protocol": "udp"})
    made(demo, path, one, **{**clash[one], "logical_source_port": other.id})
    made(demo, path, one, **{**clash[one], "destination_port_range_min": 91, "destination_port_range_max": 99})
    strange = {one: {"logical_source_port": other.id, "protocol": "icmp", "l7_parameters": {"url": "/"}}}
    assert refused(demo, "POST", path, strange) == (400, "FlowClassifierInvalidL7Parameter")


def test_no_two_chains_have_the_same_groups_or_traffic(demo: Connection) -> None:
    _, _, (one, two) = wired(demo, 2, device_id="server")
    groups = []
    for ingress, egress in ((one, two), (two, one)):
        pair = made(demo, "/sfc/port_pairs", "port_pair", ingress=ingress.id, egress=egress.id)
        groups.append(made(demo, "/sfc/port_pair_groups", "port_pair_group", port_pairs=[pair["id"]])["id"])
    classifiers = [
        made(demo, "/sfc/flow_classifiers", "flow_classifier", logical_source_port=port.id)["id"] for port in (one, two)
    ]
    path, body = "/sfc/port_chains", {"port_pair_groups": groups[:1], "flow_classifiers": classifiers[:1]}
    made(demo, path, "port_chain", **body)
    for change, refusal in (
        ({"flow_classifiers": []}, (409, "InvalidPortPairGroups")),
        ({"port_pair_groups": groups}, (409, "FlowClassifierInUse")),
        ({"port_pair_groups": []}, (400, "PortPairGroupNotSpecified")),
        ({"port_pair_groups": groups, "flow_classifiers": classifiers[1:]}, (400, "PortChainFlowClassifierInConflict")),
    ):
        assert refused(demo, "POST", path, {"port_chain": {**body, **change}}) == refusal
    made(demo, path, "port_chain", port_pair_groups=groups)


def test_rules_of_a_metering_label_that_count_alike_do_not_overlap(admin: Connection) -> None:
    label = made(admin, "/metering/metering-labels", "metering_label", name="l")["id"]
    path, one = "/metering/metering-label-rules", "metering_label_rule"
    body = {"metering_label_id": label, "remote_ip_prefix": "10.0.0.0/8", "direction": "ingress"}
    made(admin, path, one, **body)
    narrower = {one: {**body, "remote_ip_prefix": "10.1.0.0/16"}}
    assert refused(admin, "POST", path, narrower) == (409, "MeteringLabelRuleOverlaps")
    made(admin, path, one, **body | {"excluded": True})
    made(admin, path, one, **narrower[one] | {"direction": "egress"})


def test_a_vlan_is_said_by_the_gateways_interfaces_or_by_the_connection(demo: Connection) -> None:
    network, _, _ = wired(demo)
    vlan = {"segmentation_id": ["5"]}
    mixed = {"l2_gateway": {"devices": [{"device_name": "s", "interfaces": [{"name": "a", **vlan}, {"name": "b"}]}]}}
    assert refused(demo, "POST", "/l2-gateways", mixed) == (409, "L2GatewaySegmentationRequired")
    for said, connection in ((vlan, {"segmentation_id": "7"}), ({}, {})):
        devices = [{"device_name": "s", "interfaces": [{"name": "a", **said}]}]
        gateway = made(demo, "/l2-gateways", "l2_gateway", devices=devices)["id"]
        body = {"l2_gateway_connection": {"l2_gateway_id": gateway, "network_id": network.id, **connection}}
        assert refused(demo, "POST", "/l2-gateway-connections", body) == (400, "InvalidInput")
    shown = demo.network.get(f"/l2-gateways/{gateway}").json()["l2_gateway"]["devices"][0]
    assert shown.keys() == {"id", "device_name", "interfaces"}
    body["l2_gateway_connection"]["segmentation_id"] = "7"
    answer = demo.network.post("/l2-gateway-connections", json=body)
    assert answer.json()["l2_gateway_connection"]["segmentation_id"] == 7


def test_an_address_scope_that_is_shared_stays_so(admin: Connection) -> None:
    scope = made(admin, "/address-scopes", "address_scope", name="scope", ip_version=4, shared=True)
    path, refusal = f"/address-scopes/{scope['id']}", (400, "AddressScopeUpdateError")
    assert refused(admin, "PUT", path, {"address_scope": {"shared": False}}) == refusal
