"""A load balancer takes one change at a time: everybody else waits, and nothing fails for it."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.clients.service import Service
from heat_mq.errors import CloudConflict, CloudError, CloudGone, CloudQuota, StepFailed
from heat_mq.resources.kit import Done, Record, Resource, Wait, names, registry
from heat_mq.resources.kit.testing import Driver, _State
from tests.unit.resources.test_watched import Engine

MEMBERS = 8
Life = Iterator[float]


def member(pool: Record, number: int) -> dict[str, Any]:
    return {"pool": pool.physical_id, "address": f"10.4.9.{number + 1}", "protocol_port": 80}


class Storm:
    """Lives of many resources at once, each step in the order in which they have asked for it."""

    def __init__(self, driver: Driver, clock: Any) -> None:
        self.driver = driver
        self.clock = clock
        self.waits: Counter[str] = Counter()
        self.records: list[Record] = []

    def run(self, lives: list[Life]) -> None:
        numbers = itertools.count()
        queue = [(self.clock.monotonic(), next(numbers), life) for life in lives]
        for _ in range(100_000):
            if not queue:
                return
            at, _, life = heapq.heappop(queue)
            self.clock.advance(max(at - self.clock.monotonic(), 0))
            seconds = next(life, None)
            if seconds is not None:
                heapq.heappush(queue, (self.clock.monotonic() + seconds, next(numbers), life))
        raise AssertionError("the storm does not end")

    def create(self, type_name: str, name: str, raw: dict[str, Any]) -> Life:
        cls = registry.get(type_name)
        props = self.driver.props(cls, raw)
        id = str(uuid.uuid4())
        name_of = names.physical_name("storm", name, id)
        record = Record(id, name, type_name, "stack", "storm", "project", name_of, properties=dict(props))
        self.driver.data[id] = {}
        state = _State(self.driver, cls, record)
        state.wanted = props
        while isinstance(made := state.call("create", lambda resource, call: resource.create(call, props)), Wait):
            yield self._noted("create", made)
        state.record = dataclasses.replace(record, physical_id=made)
        yield from self._until_done(state, "check_create")
        self.records.append(state.record)

    def update(self, record: Record, raw: dict[str, Any]) -> Life:
        cls = registry.get(record.type)
        props = self.driver.props(cls, raw)
        changed = frozenset(name for name in props if props[name] != record.properties.get(name))
        state = _State(self.driver, cls, record)
        state.old, state.wanted = record.properties, props
        state.call("update", lambda resource, call: resource.update(call, props, changed))
        yield from self._until_done(state, "check_update")

    def delete(self, record: Record) -> Life:
        state = _State(self.driver, Resource.registered[record.type], record)
        state.call("delete", lambda resource, call: resource.delete(call))
        yield from self._until_done(state, "check_delete")

    def _until_done(self, state: _State, verb: str) -> Life:
        while True:
            try:
                outcome = state.call(verb, lambda resource, call: getattr(resource, verb)(call))
            except CloudGone:
                return
            if isinstance(outcome, Done):
                return
            yield self._noted(verb, outcome)

    def _noted(self, verb: str, outcome: Wait) -> float:
        if outcome.watch is not None and outcome.watch.kind == "loadbalancer":
            self.waits[verb] += 1
        return outcome.seconds


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each list and object was asked for."""
    found: Counter[str] = Counter()
    send = Service._send

    def counting(self: Service, method: str, path: str, options: Any) -> Any:
        found[f"{method} {'/'.join('*' if '-' in part else part for part in path.partition('?')[0].split('/'))}"] += 1
        return send(self, method, path, options)

    monkeypatch.setattr(Service, "_send", counting)
    return found


def test_two_stacks_change_one_load_balancer_at_once_and_nothing_fails(
    stack, balancer, pool, driver, cloud_clock, asked
) -> None:
    storm = Storm(driver, cloud_clock)
    listeners = [
        storm.create(
            "OS::Octavia::Listener",
            f"listener{number}",
            {"loadbalancer": balancer.physical_id, "protocol": "HTTP", "protocol_port": 8000 + number},
        )
        for number in range(MEMBERS)
    ]
    members = [storm.create("OS::Octavia::PoolMember", f"m{at}", member(pool, at)) for at in range(MEMBERS)]
    storm.run([*listeners, *members])
    octavia = driver.cloud.service("load-balancer")
    assert len(octavia.all("listener")) == len(octavia.all("member", pool.physical_id)) == MEMBERS
    assert storm.waits["create"] > 0
    # Each is refused once at most; who has waited looks whether it is free before it asks again.
    changes = sum(many for path, many in asked.items() if path.startswith("POST /lbaas"))
    assert changes <= 2 * (2 * MEMBERS + 2)
    made, updates = list(storm.records), []
    for each in made:
        change = {"weight": 7} if "Member" in each.type else {"connection_limit": 9}
        given = {key: value for key, value in each.properties.items() if value is not None}
        updates.append(storm.update(each, {**given, **change}))
    storm.run(updates)
    assert {each["weight"] for each in octavia.all("member", pool.physical_id)} == {7}
    assert {each["connection_limit"] for each in octavia.all("listener")} == {9}
    assert storm.waits["check_update"] > 0
    storm.run([storm.delete(each) for each in (*made, pool)])
    assert octavia.all("listener") == octavia.all("pool") == []
    assert storm.waits["check_delete"] > 0
    storm.run([storm.delete(balancer)])
    assert octavia.all("loadbalancer") == []


def test_parts_of_a_load_balancer_in_error_fail_and_say_what_can_be_done(stack, served) -> None:
    served.cloud.faults.add({"kind": "object_error", "service": "load-balancer", "name": "broken"})
    subnet = stack.subnet()
    with pytest.raises(StepFailed, match=r"loadbalancer broken is in provisioning_status ERROR \(operating_status"):
        stack.create("LoadBalancer", "lb", name="broken", vip_subnet=subnet)
    with pytest.raises(StepFailed, match=r"loadbalancer broken is in provisioning_status ERROR.*immutable.*cascade"):
        stack.create("Listener", "listener", loadbalancer="broken", protocol="HTTP", protocol_port=80)


def test_a_part_that_goes_to_error_fails_and_is_deleted_all_the_same(stack, balancer, served, driver) -> None:
    served.cloud.faults.add({"kind": "object_error", "service": "load-balancer", "name": "broken"})
    where = {"loadbalancer": balancer.physical_id, "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN"}
    with pytest.raises(StepFailed, match="pool broken is in provisioning_status ERROR"):
        stack.create("Pool", "pool", name="broken", **where)
    found = driver.cloud.service("load-balancer").find("pool", "broken")
    record = Record("1", "pool", "OS::Octavia::Pool", "s", "s", "p", "n", physical_id=found, properties=where)
    driver.data["1"] = {}
    assert driver.needs_replace_failed(record)
    with pytest.raises(StepFailed, match="ERROR"):
        driver.check(record)
    driver.delete(record)
    assert driver.cloud.service("load-balancer").all("pool") == []


def test_a_conflict_that_is_no_busyness_is_told_at_once(stack, balancer) -> None:
    where = {"loadbalancer": balancer.physical_id, "protocol": "HTTP", "protocol_port": 80}
    stack.create("Listener", "one", **where)
    with pytest.raises(CloudConflict, match="already using protocol_port 80"):
        stack.create("Listener", "two", **where)


def test_no_room_is_told_in_octavias_words(stack, balancer, served) -> None:
    served.cloud.faults.add({"kind": "quota", "service": "load-balancer", "resource": "pool"})
    with pytest.raises(CloudQuota, match="Quota has been met for resources: Pool"):
        stack.create("Pool", "pool", loadbalancer=balancer.physical_id, protocol="HTTP", lb_algorithm="ROUND_ROBIN")


def test_a_member_whose_pool_is_gone_is_gone(stack, pool, driver) -> None:
    record = stack.create("PoolMember", "member", **member(pool, 1))
    driver.delete(pool)
    driver.delete(record)
    with pytest.raises(CloudGone):
        driver.check(record)


def test_a_load_balancer_waits_for_parts_that_others_are_deleting_and_for_no_others(
    stack, balancer, pool, driver
) -> None:
    record = dataclasses.replace(balancer, action="DELETE")
    with pytest.raises(CloudError, match="it has children"):
        driver.run(record, "check_delete")
    octavia = driver.cloud.service("load-balancer")
    octavia.remove("pool", pool.physical_id)
    assert isinstance(driver.run(record, "check_delete"), Wait)
    driver.delete(balancer)
    assert octavia.all("loadbalancer") == []


def test_a_pool_that_leaves_or_takes_its_place_leaves_nothing_in_motion(stack, balancer, driver) -> None:
    listener = stack.create("Listener", "l", loadbalancer=balancer.physical_id, protocol="HTTP", protocol_port=80)
    where = {"listener": listener.physical_id, "protocol": "HTTP"}
    pool = stack.create("Pool", "pool", lb_algorithm="ROUND_ROBIN", **where)
    driver.prepare_replace(pool, {**where, "protocol": "TCP", "lb_algorithm": "ROUND_ROBIN"})
    assert (driver.read(listener)["default_pool_id"], stack.status(balancer)) == (None, "ACTIVE")
    driver.finish(pool, "restore_replaced")
    assert (driver.read(listener)["default_pool_id"], stack.status(balancer)) == (pool.physical_id, "ACTIVE")


def test_load_balancers_that_are_built_are_read_from_lists_alone(stack, cloud, cloud_clock, asked) -> None:
    subnet = stack.subnet()
    engine = Engine(cloud, cloud_clock)
    engine.create(registry.get("OS::Octavia::LoadBalancer"), {"vip_subnet": subnet})
    engine.wait("check_create")  # each looks once by itself, then they wait for lists
    many = len(engine.calls)
    assert all(isinstance(end, Done) for end in engine.ended.values())
    assert asked["GET /lbaas/loadbalancers/*"] == many
    assert 0 < asked["GET /lbaas/loadbalancers"] < many


def test_a_list_shows_what_a_look_shows(stack, balancer, pool, cloud) -> None:
    made = stack.create("PoolMember", "member", **member(pool, 1))
    octavia = cloud.service("load-balancer")
    for kind, id, above in (
        ("loadbalancer", balancer.physical_id, ""),
        ("pool", pool.physical_id, ""),
        ("member", made.physical_id, pool.physical_id),
    ):
        shown = octavia.show(kind, id, above)
        key = f"{above}/{id}" if above else id
        assert octavia.look(kind, {key}) == {key: {**shown, "status": shown["provisioning_status"]}}
