from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import pytest

from tests.simulation import types
from tests.simulation.world import World


@pytest.fixture(autouse=True)
def _types() -> Iterator[None]:
    with types.registered():
        yield


@pytest.fixture
def make_world(tmp_path: pathlib.Path) -> Iterator[Callable[..., World]]:
    """Makes worlds; what must always hold is checked when they are closed, at the latest when the test ends."""
    made: list[World] = []

    def make(**options: int) -> World:
        made.append(World(tmp_path, **options))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
