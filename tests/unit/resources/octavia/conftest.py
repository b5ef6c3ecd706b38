"""A load balancer with a pool, for what hangs below them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from heat_mq.resources.kit import Record, registry
from heat_mq.resources.kit.testing import Driver


@dataclasses.dataclass
class Stack:
    """Creates resources of OS::Octavia by short names."""

    driver: Driver

    def create(self, kind: str, name: str, /, **raw: Any) -> Record:
        return self.driver.create(registry.get(f"OS::Octavia::{kind}"), name, raw)

    def subnet(self) -> str:
        network = self.driver.create(registry.get("OS::Neutron::Net"), "net")
        raw = {"network": network.physical_id, "cidr": "10.4.0.0/16"}
        return str(self.driver.create(registry.get("OS::Neutron::Subnet"), "subnet", raw).physical_id)

    def status(self, record: Record) -> str:
        return str(self.driver.read(record)["provisioning_status"])


@pytest.fixture
def stack(driver: Driver) -> Stack:
    return Stack(driver)


@pytest.fixture
def balancer(stack: Stack) -> Record:
    return stack.create("LoadBalancer", "lb", vip_subnet=stack.subnet())


@pytest.fixture
def pool(stack: Stack, balancer: Record) -> Record:
    where = {"loadbalancer": balancer.physical_id}
    return stack.create("Pool", "pool", **where, protocol="HTTP", lb_algorithm="ROUND_ROBIN")
