"""Fixtures: a simulated cloud that is served, and SDK connections of its users."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openstack.connection import Connection

from tests.simcloud.serving import Clock, Served

SDK_WARNS_ITSELF = ("RemovedInSDK50Warning", "RemovedInSDK60Warning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """openstacksdk calls its own deprecated functions, which no caller can help."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            for warning in SDK_WARNS_ITSELF:
                item.add_marker(pytest.mark.filterwarnings(f"ignore::openstack.warnings.{warning}"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def served(clock: Clock) -> Iterator[Served]:
    """A cloud in memory whose clock stands still until told."""
    served = Served(clock=clock)
    yield served
    served.close()


@pytest.fixture
def demo(served: Served) -> Iterator[Connection]:
    with served.connect() as connection:
        yield connection


@pytest.fixture
def alt_demo(served: Served) -> Iterator[Connection]:
    with served.connect("alt_demo", "alt_demo") as connection:
        yield connection


@pytest.fixture
def admin(served: Served) -> Iterator[Connection]:
    with served.connect("admin", "admin") as connection:
        yield connection
