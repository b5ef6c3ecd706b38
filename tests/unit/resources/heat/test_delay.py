"""OS::Heat::Delay waits in the actions that it is told, and in no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.errors import InvalidTemplate, StepFailed
from heat_mq.resources.kit import Record
from heat_mq.resources.kit.testing import Driver, _State
from heat_mq.resources.types.heat.delay import Delay

ALL = ["CREATE", "DELETE", "SUSPEND", "RESUME"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def driver(clock: FakeClock) -> Driver:
    cloud: Any = SimpleNamespace(project_id="p")
    return Driver(cloud, clock)


def seconds(clock: FakeClock, run: Any) -> float:
    begun = clock.monotonic()
    run()
    return clock.monotonic() - begun


def act(driver: Driver, record: Record, verb: str) -> None:
    state = _State(driver, Delay, record)
    state.call(verb, lambda resource, call: getattr(resource, verb)(call))
    state.wait(f"check_{verb}", ())


@pytest.mark.parametrize("actions", [ALL, ["SUSPEND"], ["CREATE"], ["DELETE"], []])
def test_it_waits_in_the_actions_that_are_listed(driver, clock, actions):
    raw = {"min_wait": 30, "actions": actions}
    records = []
    took = {"CREATE": seconds(clock, lambda: records.append(driver.create(Delay, "delay", raw)))}
    for verb in ("suspend", "resume"):
        took[verb.upper()] = seconds(clock, lambda verb=verb: act(driver, records[0], verb))
    took["DELETE"] = seconds(clock, lambda: driver.delete(records[0]))
    assert {action: time >= 30 for action, time in took.items()} == {action: action in actions for action in ALL}


def test_the_wait_is_between_the_least_and_the_most(driver, clock):
    raw = {"min_wait": 10, "max_jitter": 5, "jitter_multiplier": 4}
    took = [seconds(clock, lambda: driver.create(Delay, "delay", raw)) for _ in range(30)]
    assert all(10 <= time <= 31 for time in took)
    assert len(set(took)) > 1


def test_a_worker_that_goes_on_for_another_waits_for_the_same_end(driver, clock):
    took = seconds(clock, lambda: driver.create(Delay, "delay", {"min_wait": 30}, lose=["check_create"]))
    assert 30 <= took < 60


def test_what_is_updated_counts_for_the_actions_that_follow(driver, clock):
    record = driver.create(Delay, "delay", {"actions": ["DELETE"], "min_wait": 100})
    record = driver.update(record, {"actions": ["DELETE"], "min_wait": 5})
    assert 5 <= seconds(clock, lambda: driver.delete(record)) < 100


def test_a_delay_longer_than_the_stacks_time_is_refused(clock):
    cloud: Any = SimpleNamespace(project_id="p")
    with pytest.raises(StepFailed, match="may take 110"):
        Driver(cloud, clock, action_seconds=100).create(Delay, "delay", {"min_wait": 10, "max_jitter": 100})


def test_it_does_not_wait_for_actions_that_nobody_knows(driver):
    with pytest.raises(InvalidTemplate, match="actions"):
        driver.create(Delay, "delay", {"actions": ["UPDATE"]})
