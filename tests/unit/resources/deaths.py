"""Workers that die when something is there already."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import TypeVar

from heat_mq.resources.kit.testing import Driver
from tests.unit.resources.mortal import Mortal

T = TypeVar("T")


def deaths_of(driver: Driver, make: Callable[[], T], *services: str) -> Iterator[tuple[Mortal, T]]:
    """A worker for each moment at which it can die, and last one that lives, with what was made for it before."""
    for at in itertools.count(1):
        made = make()
        with contextlib.closing(Mortal(driver, at, services)) as mortal:
            yield mortal, made
        if not mortal.died:
            return
