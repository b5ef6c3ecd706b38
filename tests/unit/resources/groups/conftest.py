from __future__ import annotations

import pytest

from heat_mq.clock import FakeClock
from heat_mq.resources.kit.testing import Driver
from tests.unit.resources.groups.fakes import Child, Peers


@pytest.fixture
def child() -> Child:
    return Child()


@pytest.fixture
def peers() -> Peers:
    peers = Peers()
    peers.add("group", "a group", {})
    return peers


@pytest.fixture
def driver(child: Child, peers: Peers) -> Driver:
    return Driver(None, FakeClock(), children=child, peers=peers, action_seconds=3600.0)  # type: ignore[arg-type]
