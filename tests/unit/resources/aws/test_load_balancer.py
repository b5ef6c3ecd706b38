"""What HAProxy is told, and which properties make no sense."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.errors import CloudGone
from heat_mq.resources.kit import Call, Props, Record
from heat_mq.resources.types.aws.load_balancer import haproxy, template
from heat_mq.resources.types.aws.load_balancer.load_balancer import LoadBalancer, addresses
from heat_mq.template import UNKNOWN

WEB = {"LoadBalancerPort": 80, "InstancePort": 8080, "Protocol": "HTTP"}
DATABASE = {"LoadBalancerPort": 3306, "InstancePort": 3306, "Protocol": "TCP"}
HEALTH = {"Target": "HTTP:81/up", "HealthyThreshold": 2, "UnhealthyThreshold": 3, "Interval": 10, "Timeout": 5}


def lines(*listeners: dict[str, Any], health: dict[str, Any] | None = None, servers: tuple[str, ...] = ()) -> list[str]:
    return [line.strip() for line in haproxy.configuration(listeners, health, servers).splitlines()]


def test_each_listener_is_a_port_with_the_servers_behind_it() -> None:
    text = haproxy.configuration([WEB, DATABASE], None, ["10.0.0.5", "fd00::6"])
    web, database = text[text.index("frontend port-80") :].split("frontend port-3306")
    assert "    bind *:80\n    mode http\n" in web
    assert "    option forwardfor\n    server server-1 10.0.0.5:8080\n    server server-2 [fd00::6]:8080\n" in web
    assert "    bind *:3306\n    mode tcp\n" in database
    assert "    mode tcp\n    server server-1 10.0.0.5:3306\n    server server-2 [fd00::6]:3306\n" in database
    assert "forwardfor" not in database


def test_a_health_check_asks_for_a_page() -> None:
    told = lines(DATABASE, health=HEALTH, servers=("10.0.0.5",))
    assert "option httpchk GET /up" in told
    assert "timeout check 5s" in told
    assert "server server-1 10.0.0.5:3306 check port 81 inter 10s rise 2 fall 3" in told


def test_a_health_check_may_be_a_connection() -> None:
    told = lines(WEB, health={**HEALTH, "Target": "TCP:82"}, servers=("10.0.0.5",))
    assert [line for line in told if "httpchk" in line] == []
    assert "server server-1 10.0.0.5:8080 check port 82 inter 10s rise 2 fall 3" in told


def problems(**more: Any) -> list[str]:
    found = LoadBalancer.validate({"Listeners": [WEB], "HealthCheck": None, **more})
    return [f"{problem.path}: {problem.message}" for problem in found]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"Listeners": [WEB, {**WEB, "Protocol": "TCP"}]}, "Listeners[1].LoadBalancerPort: Listeners[0] has port 80"),
        ({"Listeners": [{**WEB, "InstancePort": 70000}]}, "Listeners[0].InstancePort: 70000 is no port"),
        ({"Listeners": [{**WEB, "LoadBalancerPort": 0}]}, "Listeners[0].LoadBalancerPort: 0 is no port"),
        ({"HealthCheck": {**HEALTH, "Target": "HTTP:80 /"}}, "HealthCheck.Target: 'HTTP:80 /' is no target"),
        ({"HealthCheck": {**HEALTH, "Target": "TCP:80/up"}}, "HealthCheck.Target: 'TCP:80/up' is no target"),
        ({"HealthCheck": {**HEALTH, "Target": "HTTP:80/\nserver x"}}, "HealthCheck.Target: 'HTTP:80/\\nserver x'"),
        ({"HealthCheck": {**HEALTH, "Target": "TCP:70000"}}, "HealthCheck.Target: 70000 is no port"),
        ({"HealthCheck": {**HEALTH, "Timeout": 11}}, "HealthCheck.Timeout: Timeout 11 is longer than the Interval"),
        ({"HealthCheck": {**HEALTH, "HealthyThreshold": 0}}, "HealthCheck.HealthyThreshold: 0 is less than 1"),
    ],
)
def test_what_haproxy_could_not_do_is_refused(wrong: dict[str, Any], text: str) -> None:
    (found,) = problems(**wrong)
    assert found.startswith(text)


@pytest.mark.parametrize("known", [{}, {"HealthCheck": HEALTH}, {"Listeners": UNKNOWN, "HealthCheck": UNKNOWN}])
def test_what_holds_or_is_not_known_is_no_problem(known: dict[str, Any]) -> None:
    assert problems(**known) == []
    unknown = {**WEB, "LoadBalancerPort": UNKNOWN, "InstancePort": UNKNOWN}
    assert problems(Listeners=[unknown, unknown], HealthCheck={**HEALTH, "Target": UNKNOWN, "Timeout": UNKNOWN}) == []


# --- the nested stack ---------------------------------------------------------------------------


class Compute:
    """Servers by id with their addresses; ``asked`` counts what is asked."""

    def __init__(self, **servers: list[str]) -> None:
        self.servers = servers
        self.asked: list[str] = []

    def look(self, kind: str, ids: Any) -> dict[str, Any]:
        self.asked.append("list")
        return {id: self._server(id) for id in ids if id in self.servers}

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if path == "/os-availability-zone":
            return {"availabilityZoneInfo": [{"zoneName": "nova"}]}
        id = path.removeprefix("/servers/")
        if id not in self.servers:
            raise CloudGone(f"{id} is gone")
        return {"server": self._server(id)}

    def _server(self, id: str) -> dict[str, Any]:
        return {"addresses": {"net": [{"addr": address} for address in self.servers[id]]}}


def call_of(compute: Compute, behind: tuple[str, ...] = ()) -> Call:
    cloud = SimpleNamespace(compute=compute)
    peers = SimpleNamespace(behind=lambda balancer: behind)
    return Call(cloud=cloud, clock=FakeClock(), peers=peers)  # type: ignore[arg-type]


def record(**properties: Any) -> Record:
    return Record("r1", "lb", LoadBalancer.type, "s1", "stack", "p1", "stack-lb-x", "child", properties=properties)


def child(props: dict[str, Any], compute: Compute, behind: tuple[str, ...] = ()) -> dict[str, Any]:
    values = dict.fromkeys(LoadBalancer.Properties.props) | {"AvailabilityZones": ["nova"], **props}
    return LoadBalancer(record()).child(call_of(compute, behind), Props(values))


def test_many_servers_are_asked_for_in_one_list_and_those_that_are_gone_left_out() -> None:
    compute = Compute(a=["10.0.0.1", "10.0.0.9"], b=["10.0.0.2"], c=[])
    assert addresses(call_of(compute), ["b", "a", "c"]) == ["10.0.0.2", "10.0.0.1"]
    assert compute.asked == ["list"]
    assert addresses(call_of(compute), ["gone", "a"]) == ["10.0.0.1"]
    assert addresses(call_of(compute), []) == []


def test_its_own_instances_and_the_members_of_groups_are_behind_it_once() -> None:
    compute = Compute(a=["10.0.0.1"], b=["10.0.0.2"])
    made = child({"Listeners": [WEB], "Instances": ["a"]}, compute, ("b", "a"))
    files = made["template"]["resources"]["LB_instance"]["metadata"]["AWS::CloudFormation::Init"]["config"]["files"]
    told = files["/etc/haproxy/haproxy.cfg"]["content"]
    assert [line.split()[-1] for line in told.splitlines() if "server-" in line] == ["10.0.0.1:8080", "10.0.0.2:8080"]
    assert (
        template.BUILT_IN["resources"]["LB_instance"]["metadata"]["AWS::CloudFormation::Init"]["config"]["files"][
            "/etc/haproxy/haproxy.cfg"
        ]["content"]
        == ""
    ), "the template itself stays as it is"


@pytest.mark.parametrize(("zones", "zone"), [(["nova", "b"], "nova"), (["us-east-1a"], ""), ([], "")])
def test_its_server_is_in_the_first_zone_if_there_is_one_of_that_name(zones: list[str], zone: str) -> None:
    made = child({"Listeners": [WEB], "AvailabilityZones": zones, "SecurityGroups": ["web"]}, Compute())
    assert made["parameters"] == {"AvailabilityZone": zone, "SecurityGroups": ["web"]}
    assert made["inherits"] == ["KeyName", "LbFlavor", "LbImageId"]


def test_attributes_that_the_nested_stack_does_not_have() -> None:
    def value(name: str, **properties: Any) -> Any:
        return LoadBalancer(record(**properties)).attribute_at(call_of(Compute()), name, [])

    assert value("SourceSecurityGroup.GroupName", SecurityGroups=["web", "ssh"]) == "web"
    assert value("SourceSecurityGroup.GroupName", SecurityGroups=None) == "default"
    assert value("SourceSecurityGroup.OwnerAlias") == "p1"
    assert value("CanonicalHostedZoneNameID") == ""


def test_it_is_referred_to_by_its_name() -> None:
    assert LoadBalancer(record()).reference_id({}) == "lb"


def test_a_preview_takes_the_zone_for_granted_so_that_it_shows_no_other_server() -> None:
    known = {"AvailabilityZones": ["nova"], "Listeners": [WEB], "SecurityGroups": []}
    previewed = LoadBalancer.preview_child(known)
    assert previewed is not None
    assert previewed["parameters"] == child(known, Compute())["parameters"]
    unknown = LoadBalancer.preview_child({"AvailabilityZones": UNKNOWN, "SecurityGroups": UNKNOWN})
    assert unknown is not None
    assert unknown["parameters"] == {"SecurityGroups": UNKNOWN, "AvailabilityZone": ""}
