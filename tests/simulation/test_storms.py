"""Whatever happens, and whoever dies, comes late or hears nothing: the rules of :mod:`tests.simulation.play` hold.

``python -m tests.simulation.soak`` plays thousands of other seeds.
"""

from __future__ import annotations

import pathlib
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulation import soak
from tests.simulation.cloud import FakeCloud
from tests.simulation.play import Play, determined, play
from tests.simulation.scenario import Scenario, Weather, draw
from tests.simulation.world import World

CHUNK = 10


@pytest.mark.parametrize("first", range(0, 160, CHUNK))
def test_no_scenario_breaks_a_rule(first: int) -> None:
    for seed in range(first, first + CHUNK):
        story = soak.broken(seed)
        assert story is None, f"seed {seed}: {story}\n\n{soak.scenario(seed).as_test()}"


@pytest.mark.timeout(900)  # a failure is made as small as can be
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_nor_does_any_that_hypothesis_finds(tmp_path_factory: pytest.TempPathFactory, dice: random.Random) -> None:
    scenario = draw(dice)
    try:
        play(tmp_path_factory.mktemp("world"), scenario)
    except Exception as error:
        error.add_note(scenario.as_test())
        raise


def test_a_run_is_told_again_by_its_scenario(tmp_path: pathlib.Path) -> None:
    logs = []
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        scenario = soak.scenario(11)
        with determined(scenario.seed):
            world = World(tmp_path / run, seed=scenario.seed, workers=scenario.workers)
            Play(world, scenario).play()
            logs.append((world.cloud.log, world.database.transactions))
    assert logs[0] == logs[1]


def test_a_failure_is_told_with_a_test_that_fails_the_same_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setattr(FakeCloud, "remove", lambda self, id: None)  # so that everything removed is left behind
    seed, story = next((seed, story) for seed in range(100) if (story := soak.broken(seed)))
    found: dict[str, object] = {}
    exec(soak.scenario(seed).as_test(), found)
    (test,) = (item for name, item in found.items() if name.startswith("test_"))
    with pytest.raises(AssertionError) as caught:
        test(tmp_path)  # type: ignore[operator]
    assert str(caught.value).splitlines()[0] in story.splitlines()[0]


@pytest.mark.parametrize("seed", range(8))
def test_a_worker_that_comes_back_in_the_middle_of_a_create_leaves_no_second_object(
    tmp_path: pathlib.Path, seed: int
) -> None:
    thing = {"looks": 1, "uses": []}
    often = Weather(paused=0.25)
    play(
        tmp_path, Scenario(seed, often, (("create", {"a": thing, "b": {"nested": {"x": thing}}}, True),), {"a": thing})
    )
