"""A short storm of everything on each database; ``python -m tests.chaos.storm`` is the long one."""

from __future__ import annotations

import pathlib
import random

import pytest

from tests.chaos.storm import Plan, run
from tests.chaos.troubles import WEIGHTS

pytestmark = pytest.mark.slow


@pytest.mark.timeout(900)  # to end a hang: no test tells how long anything takes
@pytest.mark.parametrize("database", ["mariadb", "postgresql"])
def test_after_any_storm_every_stack_is_complete_and_the_cloud_holds_one_object_for_each_resource(
    database: str, tmp_path: pathlib.Path
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    plan = Plan(seed, database, seconds=15, stacks=6, resources=6, every=1.5, kinds=tuple(WEIGHTS), engines=2)
    print(plan)
    outcome = run(plan, tmp_path)
    print(outcome.told())
    assert not outcome.wrongs, f"{plan}\n{outcome.told()}"
    assert outcome.recoveries.longest < float("inf"), f"the work of somebody killed was never taken over: {plan}"
