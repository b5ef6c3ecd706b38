"""How states of Neutron become outcomes, with answers that no healthy cloud gives on demand."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import StepFailed
from heat_mq.resources.kit import CloudConflict
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.neutron.net import Net


class Neutron:
    """A network service with one network, whose state is as each test says."""

    def __init__(self, *states: str, refusals: int = 0) -> None:
        self.states = list(states)
        self.refusals = refusals
        self.asked = 0

    def service(self, service_type: str) -> Any:
        return self

    def extensions(self) -> frozenset[str]:
        return frozenset()

    def _live(self) -> dict[str, Any]:
        return {"id": "1", "status": self.states.pop(0) if len(self.states) > 1 else self.states[0], "name": "n"}

    def create(self, kind: str, body: Any) -> dict[str, Any]:
        return self._live()

    def show(self, kind: str, id: str) -> dict[str, Any]:
        self.asked += 1
        return self._live()

    def remove(self, kind: str, id: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise CloudConflict("network 1 is in use", status=409)


def test_a_network_that_is_there_at_once_is_not_asked_for_again():
    neutron = Neutron("ACTIVE")
    Driver(neutron).create(Net, "net")
    assert neutron.asked == 0


@pytest.mark.parametrize("state", ["ACTIVE", "DOWN"])
def test_a_network_is_waited_for_while_it_is_built(state):
    neutron = Neutron("BUILD", "BUILD", "BUILD", state)
    driver = Driver(neutron)
    driver.create(Net, "net")
    assert neutron.asked == 3
    assert driver.clock.monotonic() == 2


def test_a_network_in_error_fails():
    with pytest.raises(StepFailed, match="network n went to status ERROR"):
        Driver(Neutron("BUILD", "ERROR")).create(Net, "net")
    with pytest.raises(StepFailed, match="ERROR"):
        Driver(Neutron("ERROR")).create(Net, "net")


def test_a_network_in_error_fails_a_check_and_is_replaced():
    neutron = Neutron("ACTIVE")
    driver = Driver(neutron)
    record = driver.create(Net, "net")
    driver.check(record)
    assert not driver.needs_replace_failed(record)
    neutron.states = ["ERROR"]
    with pytest.raises(StepFailed, match="is in status ERROR"):
        driver.check(record)
    assert driver.needs_replace_failed(record)


def test_a_network_is_gone_when_neutron_says_so():
    neutron = Neutron("ACTIVE", refusals=2)
    driver = Driver(neutron)
    record = driver.create(Net, "net")
    driver.delete(record)
    assert driver.notes == ["network 1 is in use"] * 2
    assert neutron.asked == 0


def test_an_object_that_lingers_is_looked_for_until_patience_ends(monkeypatch):
    monkeypatch.setattr(Net, "lingers", True)
    neutron = Neutron("ACTIVE", refusals=2)
    driver = Driver(neutron)
    record = driver.create(Net, "net")
    with pytest.raises(StepFailed, match="check_delete"):
        driver.delete(record)
    assert driver.notes == ["network 1 is in use"] * 2
