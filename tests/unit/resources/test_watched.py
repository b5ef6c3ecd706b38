"""Many resources that wait for objects of one kind: requests are counted on their way to the simulated cloud."""

from __future__ import annotations

import dataclasses
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.clients.cloud import Cloud
from heat_mq.clients.service import Service
from heat_mq.errors import Error, StepFailed
from heat_mq.resources.kit import Call, Done, Record, Resource, Wait, names
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.barbican.order import Order
from heat_mq.resources.types.cinder.volume.volume import Volume
from heat_mq.resources.types.neutron.net import Net
from heat_mq.resources.types.neutron.port import Port
from heat_mq.resources.types.neutron.subnet import Subnet
from heat_mq.resources.types.nova.server.server import Server
from heat_mq.resources.types.octavia.load_balancer import LoadBalancer
from heat_mq.scheduler.requests import Look
from heat_mq.scheduler.timers import Timers
from heat_mq.scheduler.watcher import Watcher

COUNT = 12


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each request was sent, ids as ``*``."""
    found: Counter[str] = Counter()
    send = Service._send

    def counting(self: Service, method: str, path: str, options: Any) -> Any:
        parts = ("*" if "-" in part else part for part in path.partition("?")[0].split("/"))
        found[f"{method} {'/'.join(parts)}"] += 1
        return send(self, method, path, options)

    monkeypatch.setattr(Service, "_send", counting)
    return found


class Engine:
    """Does for many resources what the scheduler does with their outcomes."""

    def __init__(self, cloud: Cloud, clock: Any) -> None:
        self.cloud = cloud
        self.clock = clock
        self.timers = Timers(clock)
        self.watcher = Watcher(clock, self.timers, lambda work: work(), 10)
        self.calls: dict[str, tuple[Resource, Call]] = {}
        self.ended: dict[str, Done | Error] = {}

    def create(self, cls: type[Resource], raw: dict[str, Any]) -> None:
        props = Driver(self.cloud, self.clock).props(cls, raw)
        for number in range(COUNT):
            id = str(uuid.uuid4())
            record = Record(id, f"r{number}", cls.type, "stack", "stack", "project", names.physical_name("s", "r", id))
            call = Call(cloud=self.cloud, clock=self.clock, api=self.cloud.service(cls.service))
            made = cls(record).create(call, props)
            self.calls[f"{cls.type} {number}"] = cls(dataclasses.replace(record, physical_id=made)), call

    def wait(self, verb: str) -> None:
        """Ask all of them until each has ended."""
        self.ended = {}
        for name in self.calls:
            self._ask(name, verb)
        for _ in range(2000):
            if len(self.ended) == len(self.calls):
                return
            self.clock.advance(0.1)
            self.timers.call_due()
        raise AssertionError(f"{len(self.ended)} of {len(self.calls)} ended")

    def _ask(self, name: str, verb: str) -> None:
        resource, call = self.calls[name]
        try:
            outcome = getattr(resource, verb)(call)
        except Error as error:
            self.ended[name] = error
            return
        call.seen.clear()
        if isinstance(outcome, Done):
            self.ended[name] = outcome
            return
        assert isinstance(outcome, Wait)
        if outcome.watch is None:
            self.timers.at(outcome.seconds, lambda: self._ask(name, verb))
            return
        watch = outcome.watch
        api = self.cloud.service(watch.service)
        look = Look(watch, (watch.service, watch.kind), lambda ids: api.look(watch.kind, ids, version=watch.version))

        def wake() -> None:
            if look.found is not None:
                call.seen[watch.id] = look.found
            self._ask(name, verb)

        self.watcher.add(look, outcome.seconds, wake)


@pytest.fixture
def engine(cloud: Cloud, cloud_clock: Any) -> Iterator[Engine]:
    return Engine(cloud, cloud_clock)


@pytest.fixture
def wired(cloud: Cloud, cloud_clock: Any) -> dict[str, str]:
    """Ids of a network and of its subnet."""
    driver = Driver(cloud, cloud_clock)
    network = str(driver.create(Net, "net").physical_id)
    subnet = driver.create(Subnet, "subnet", {"network": network, "cidr": "10.4.0.0/16"})
    return {"network": network, "subnet": str(subnet.physical_id)}


SERVER = {"image": "cirros", "flavor": "m1.nano", "networks": [{"allocate_network": "none"}]}


KEY = {"type": "key", "algorithm": "aes", "bit_length": 256}


def made_ready(engine: Engine, asked: Counter[str]) -> Counter[str]:
    """The requests until all are there."""
    asked.clear()
    engine.wait("check_create")
    assert all(isinstance(end, Done) for end in engine.ended.values())
    return asked


@pytest.mark.parametrize(
    ("cls", "raw", "path"),
    [(Server, SERVER, "/servers/detail"), (Volume, {"size": 1}, "/volumes/detail")],
    ids=["server", "volume"],
)
def test_objects_that_become_ready_are_read_from_lists_alone(engine: Engine, asked, cls, raw, path) -> None:
    engine.create(cls, raw)
    found = made_ready(engine, asked)
    assert set(found) == {f"GET {path}"}
    assert found[f"GET {path}"] < COUNT


@pytest.mark.parametrize("kind", ["load balancer", "order"])
def test_objects_that_are_looked_at_once_become_ready_in_lists(engine: Engine, wired, asked, kind) -> None:
    cls, raw, path = {
        "load balancer": (LoadBalancer, {"vip_subnet": wired["subnet"]}, "/lbaas/loadbalancers"),
        "order": (Order, KEY, "/orders"),
    }[kind]
    engine.create(cls, raw)
    found = made_ready(engine, asked)
    assert set(found) == {f"GET {path}/*", f"GET {path}"}
    assert found[f"GET {path}/*"] == COUNT
    assert found[f"GET {path}"] < COUNT


def test_a_port_takes_one_request_to_be_made_and_one_to_be_deleted(engine: Engine, wired, asked) -> None:
    engine.create(Port, {"network": wired["network"]})
    assert not made_ready(engine, asked)
    for resource, call in engine.calls.values():
        resource.delete(call)
    engine.wait("check_delete")
    assert asked == {"DELETE /ports/*": COUNT}


@pytest.mark.parametrize(
    ("cls", "raw", "service", "path"),
    [(Server, SERVER, "compute", "/servers"), (Volume, {"size": 1}, "volume", "/volumes")],
    ids=["server", "volume"],
)
def test_what_failed_is_read_alone_and_told_in_the_services_own_words(
    engine: Engine, served, asked, cls, raw, service, path
) -> None:
    fault = {"kind": "object_error", "service": service, "message": "No valid host was found.", "count": 2}
    served.cloud.faults.add(fault)
    engine.create(cls, raw)
    asked.clear()
    engine.wait("check_create")
    failed = [str(end) for end in engine.ended.values() if isinstance(end, StepFailed)]
    assert len(failed) == 2
    assert all("No valid host was found." in text or "status error" in text for text in failed)
    assert asked[f"GET {path}/*"] == 2


def test_what_is_gone_is_asked_for_once_more_alone(engine: Engine, cloud: Cloud, asked) -> None:
    engine.create(Server, SERVER)
    engine.wait("check_create")
    for resource, call in engine.calls.values():
        resource.delete(call)
    asked.clear()
    engine.wait("check_delete")
    assert list(cloud.compute.each("/servers", "servers")) == []
    assert asked["GET /servers/*"] == COUNT
    assert asked["GET /servers/detail"] < COUNT


def test_a_list_shows_what_a_look_shows(cloud: Cloud, engine: Engine) -> None:
    engine.create(Server, SERVER)
    engine.create(Volume, {"size": 1})
    engine.wait("check_create")
    for resource, _ in engine.calls.values():
        id = resource.physical_id
        kind, path, version = {
            "OS::Nova::Server": ("server", "servers", "2.26"),
            "OS::Cinder::Volume": ("volume", "volumes", None),
        }[resource.type]
        api = cloud.service(type(resource).service)
        assert api.look(kind, {id}, version=version) == {id: api.get(f"/{path}/{id}", version=version)[kind]}


def test_a_service_that_asks_for_patience_is_left_alone_and_asked_again(cloud: Cloud, served, asked) -> None:
    cloud.compute.get("/servers")
    asked.clear()
    rule = {"kind": "error", "service": "compute", "method": "GET", "status": 429, "retry_after": 0.05, "count": 2}
    served.cloud.faults.add(rule)
    assert cloud.compute.get("/servers") == {"servers": []}
    assert asked == {"GET /servers": 3}
