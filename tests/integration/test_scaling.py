"""Signals to policies on each database: of those that come at once one acts."""

from __future__ import annotations

import pathlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from heat_mq.db import tables
from heat_mq.engine.commands import scale
from tests.simulation import types
from tests.simulation.acts import create, signal
from tests.simulation.users import with_users
from tests.simulation.world import World
from tests.waiting import PATIENCE

RESOURCES: dict[str, Any] = {
    "g": {
        "type": "OS::Heat::AutoScalingGroup",
        "properties": {"min_size": 1, "max_size": 9, "resource": {"type": "Sim::Thing"}},
    },
    "up": {
        "type": "OS::Heat::ScalingPolicy",
        "properties": {
            "auto_scaling_group_id": {"get_resource": "g"},
            "adjustment_type": "change_in_capacity",
            "scaling_adjustment": 1,
        },
    },
}
SIGNALS = 4


@pytest.fixture
def world(tmp_path: pathlib.Path, database_url: str) -> Iterator[World]:
    with types.registered():
        world = World(tmp_path, workers=2, database=database_url)
        with_users(world)
        yield world
        world.close()


def test_of_signals_that_come_at_once_one_acts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have decided on the same state before any stores anything."""
    stack = create(world, RESOURCES)
    world.run()
    together, first = threading.Barrier(SIGNALS), set[int]()
    begin: Callable[..., bool] = scale._begin

    def at_once(connection: Any, *args: Any) -> bool:
        if threading.get_ident() not in first:
            first.add(threading.get_ident())
            together.wait(PATIENCE)
        return begin(connection, *args)

    if world.database.dialect != "sqlite":  # there one transaction at a time may write
        monkeypatch.setattr(scale, "_begin", at_once)
    wrong: list[BaseException] = []

    def act() -> None:
        try:
            signal(world, stack, "up")
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=act) for _ in range(SIGNALS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert wrong == []
    world.run()
    child = str(world.rows(stack)["g"].physical_id)
    assert len(world.rows(child)) == len(world.cloud.objects) == 2
    told = world.database.read(lambda connection: connection.scalars(select(tables.notice.c.event_type)).all())
    assert [name.rpartition(".")[2] for name in told if ".autoscaling." in name] == ["start", "end"]
