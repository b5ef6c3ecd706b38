"""What happens in one run of the simulation, as a value: drawn by chance, printed as Python, played by :mod:`.play`."""

from __future__ import annotations

import dataclasses
import json
import pprint
import random
from typing import Any

from tests.simulation.world import template

#: Resources by name: properties of a Sim::Thing, or ``{"nested": {…}}``, or ``{"group": count, "member": {…}}``.
Resources = dict[str, dict[str, Any]]
#: A verb of :mod:`.play` with its arguments.
Step = tuple[Any, ...]
NAMES = "abcde"
#: What no other one uses: no cloud lets an object go, to make room for its successor, that others use.
LONE = "a"


@dataclasses.dataclass(frozen=True)
class Weather:
    """How likely what goes wrong.

    At each transaction and call of a worker: it is ``killed``, or ``paused`` beyond its lease while others go on. At
    each step: it is ``frozen``. At each commit: the answer is ``unheard`` and the transaction repeated. At each call:
    no answer, before or after the work is done (``silent``), or it is ``refused``. At each bell: ``lost``, ``doubled``.
    """

    killed: float = 0.0
    paused: float = 0.0
    frozen: float = 0.0
    unheard: float = 0.0
    silent: float = 0.0
    refused: float = 0.0
    lost: float = 0.0
    doubled: float = 0.0


@dataclasses.dataclass(frozen=True)
class Scenario:
    """``steps`` happen in the weather; then ``last`` must become what the cloud holds.

    After it ``then`` where there is one, as its preview says; and nothing when the stack is ``deleted`` in the end.
    """

    seed: int
    weather: Weather
    steps: tuple[Step, ...]
    last: Resources
    then: Resources | None = None
    deleted: bool = True
    workers: int = 2

    def as_test(self) -> str:
        """A test that plays it, to be pasted into ``tests/simulation``."""
        return (
            "from tests.simulation.play import play\n"
            "from tests.simulation.scenario import Scenario, Weather\n\n\n"
            f"def test_scenario_{self.seed}(tmp_path):\n"
            f"    play(\n        tmp_path,\n        {_indented(pprint.pformat(self, width=100), 8)},\n    )\n"
        )


def _indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


def draw(dice: random.Random) -> Scenario:
    """Any scenario; which one is the dice's business alone."""
    steps: list[Step] = [("create", some_resources(dice), dice.random() < 0.7), ("run", dice.randint(0, 30))]
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3))):
        steps += [_draw_step(dice), ("run", dice.randint(0, 30))]
    return Scenario(
        seed=dice.randrange(2**32),
        weather=_draw_weather(dice),
        steps=tuple(steps),
        last=some_resources(dice, healthy=True),
        then=some_resources(dice, healthy=True) if dice.random() < 0.5 else None,
        deleted=dice.random() < 0.4,
        workers=dice.choice((1, 2, 3)),
    )


def _draw_step(dice: random.Random) -> Step:
    verb = dice.choice(("update",) * 6 + ("delete", "cancel", "check", "suspend", "mark", "black out", "drain"))
    match verb:
        case "update":
            return (verb, some_resources(dice), dice.random() < 0.7)
        case "cancel":
            return (verb, dice.random() < 0.5)
        case "mark":
            return (verb, dice.choice(NAMES))
        case _:
            return (verb,)


def _draw_weather(dice: random.Random) -> Weather:
    return Weather(
        killed=dice.choice((0.0, 0.02, 0.08)),
        paused=dice.choice((0.0, 0.0, 0.02, 0.05)),
        frozen=dice.choice((0.0, 0.01)),
        unheard=dice.choice((0.0, 0.0, 0.05)),
        silent=dice.choice((0.0, 0.0, 0.05)),
        refused=dice.choice((0.0, 0.0, 0.05, 0.2)),
        lost=dice.choice((0.0, 0.1, 1.0)),
        doubled=dice.choice((0.0, 0.2)),
    )


def some_resources(dice: random.Random, *, healthy: bool = False) -> Resources:
    """Some of the names, each using or following some of those before it."""
    names = dice.sample(NAMES, dice.choice((1, 2, 2, 3, 3, 4, 5)))
    found: Resources = {}
    for at, name in enumerate(names):
        kind = dice.random()
        if kind < 0.08:
            inner = dice.sample("xyz", dice.randint(1, 2))
            item: dict[str, Any] = {"nested": {each: _thing(dice, healthy) for each in inner}}
        elif kind < 0.15:
            item = {"group": dice.randint(0, 2), "member": _thing(dice, healthy)}
        else:
            item = _thing(dice, healthy)
            if name != LONE:
                item.pop("goes", None)
            objects = [other for other in names[:at] if is_thing(found[other]) and other != LONE]
            item["uses"] = dice.sample(objects, dice.randint(0, min(len(objects), 2)))
        after = dice.sample(names[:at], 1) if at and dice.random() < 0.2 else []
        found[name] = {**item, "depends_on": after} if after else item
    return found


def _thing(dice: random.Random, healthy: bool) -> dict[str, Any]:
    """Values that are the default are left out, so that a scenario reads well."""
    given = {
        "value": dice.choice(("", "x", "y")),
        "fixed": dice.choice(("", "", "", "1")),
        "late": dice.choice(("", "", "", "", "1")),
        "looks": dice.choice((1, 1, 0, 3)),
        "healthy": dice.random() < 0.5,
        "gives": dice.random() < 0.5,
        "goes": dice.random() < 0.2,
        "park": dice.random() < 0.3,
        "fail": not healthy and dice.random() < 0.1,
    }
    return {name: value for name, value in given.items() if value not in ("", False)}


def is_thing(item: dict[str, Any]) -> bool:
    return "nested" not in item and "group" not in item


def written(resources: Resources) -> tuple[dict[str, Any], dict[str, str]]:
    """The template, and the files that it names."""
    files: dict[str, str] = {}
    short: dict[str, Any] = {}
    for name, item in resources.items():
        after = {"depends_on": item["depends_on"]} if "depends_on" in item else {}
        if "nested" in item:
            files[f"{name}.yaml"] = json.dumps(template(item["nested"]))
            short[name] = {"type": f"{name}.yaml", **after}
        elif "group" in item:
            member = {"type": "Sim::Thing", "properties": item["member"]}
            short[name] = {
                "type": "OS::Heat::ResourceGroup",
                "properties": {"count": item["group"], "resource_def": member},
                **after,
            }
        else:
            short[name] = item
    return template(short), files
