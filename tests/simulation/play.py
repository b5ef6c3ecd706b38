"""Plays a scenario and checks what must hold, whatever happened.

* No stack stays in progress: each step towards rest ends, and in between each has somebody or some time to move it.
* What others need is there before them.
* One object for each resource and no other, each with the values of the last template.
* An update does what its preview said.
* The stored state is legal (:mod:`heat_mq.traversal.integrity`).
"""

from __future__ import annotations

import dataclasses
import pathlib
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from heat_mq.engine.commands.update import update_stack
from heat_mq.engine.queries.preview_update import preview_update_stack
from heat_mq.errors import CloudQuota, CloudTransient, Conflict, NotFound, NotSupported
from tests.simulation import acts, types
from tests.simulation.cloud import Death
from tests.simulation.scenario import Resources, Scenario, Weather, written
from tests.simulation.worker import LEASE
from tests.simulation.world import World

REFUSED = (Conflict, NotFound, NotSupported)
TRIES = 3
DAY = 86400.0
#: One of so many transactions is followed by a look at everything stored.
LOOK = 40


def play(directory: pathlib.Path, scenario: Scenario) -> None:
    """AssertionError, with the whole story, when anything is not as it must be."""
    with determined(scenario.seed), types.registered():
        # A lone worker that stands still again and again loses more than an hour, and time-outs are tested elsewhere.
        world = World(directory, seed=scenario.seed, workers=scenario.workers, action_seconds=DAY)
        Play(world, scenario).play()


@contextmanager
def determined(seed: int) -> Iterator[None]:
    """Whatever is drawn by chance is drawn from the seed, so that a run can be told again."""
    dice, state = random.Random(seed), random.getstate()
    random.seed(seed)

    def new_uuid() -> uuid.UUID:
        return uuid.UUID(int=dice.getrandbits(128), version=4)

    with mock.patch("uuid.uuid4", new_uuid):
        yield
    random.setstate(state)


class Play:
    def __init__(self, world: World, scenario: Scenario) -> None:
        self.world = world
        self.scenario = scenario
        self.stack = ""

    def play(self) -> None:
        scenario = self.scenario
        self._break_out(scenario.weather)
        for verb, *args in scenario.steps:
            self._do(verb, *args)
        self._rest()
        self._settle_on(scenario.last)
        if scenario.then is not None:
            self._change(scenario.then)
        if scenario.deleted:
            self._delete()

    def _change(self, wanted: Resources) -> None:
        world, weather = self.world, self.scenario.weather
        # Whoever dies or comes late, an update that no cloud refuses does what was foretold.
        foretold, before = self._preview(wanted), world.rows(self.stack)
        heard = len(acts.told(world, self.stack))
        self._break_out(dataclasses.replace(weather, silent=0.0, refused=0.0))
        self._update(wanted, disable_rollback=True)
        self._rest()
        self.must(world.state(self.stack) == "UPDATE_COMPLETE", f"the update ended in {world.state(self.stack)}")
        self._fits(self.stack, wanted)
        self._happened(wanted, foretold, before, heard)

    # --- steps --------------------------------------------------------------------------------

    def _do(self, verb: str, *args: Any) -> None:
        world = self.world
        try:
            match verb:
                case "create":
                    self.stack = self._create(*args)
                case "update":
                    self._update(*args)
                case "run":
                    world.go_on(args[0])
                case "delete":
                    world.delete(self.stack)
                case "cancel":
                    acts.cancel(world, self.stack, rollback=args[0])
                case "mark":
                    acts.mark(world, self.stack, args[0], True)
                case "check":
                    acts.check(world, self.stack)
                case "suspend":
                    acts.suspend(world, self.stack)
                case "black out":
                    world.black_out()
                case "drain":
                    world.random.choice(world.workers).drain()
        except REFUSED:
            return

    def _create(self, resources: Resources, disable_rollback: bool) -> str:
        text, files = written(resources)
        return acts.create(self.world, text["resources"], files=files, disable_rollback=disable_rollback)

    def _update(self, resources: Resources, disable_rollback: bool) -> None:
        world = self.world
        text, files = written(resources)
        args = {"disable_rollback": disable_rollback}
        update_stack(world.service, world.context, world.identity(self.stack), text, None, files, args)

    def _preview(self, resources: Resources) -> dict[str, str]:
        """The foretold change of each resource."""
        world = self.world
        text, files = written(resources)
        said = preview_update_stack(world.service, world.context, world.identity(self.stack), text, None, files, {})
        return {item["resource_name"]: change for change, items in said.items() for item in items}

    def _settle_on(self, resources: Resources) -> None:
        """In calm weather the template is what is there, after a few tries at most."""
        world = self.world
        for _ in range(TRIES):
            state = world.state(self.stack)
            if state == "DELETE_COMPLETE":
                self.stack = self._create(resources, True)
            elif state == "DELETE_FAILED":
                world.delete(self.stack)
            elif state.startswith("SUSPEND"):
                acts.resume(world, self.stack)
            else:
                self._update(resources, True)
            self._rest()
            if world.state(self.stack) in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
                self._fits(self.stack, resources)
                return
        self.must(False, f"after {TRIES} tries in calm weather it is {world.state(self.stack)}")

    def _delete(self) -> None:
        world = self.world
        self._break_out(Weather(killed=self.scenario.weather.killed, paused=self.scenario.weather.paused))
        world.delete(self.stack)
        self._rest()
        live = [stack for stack in world.all_stacks() if world.stack(stack).is_live]
        self.must(not live, f"{len(live)} stacks outlive their deletion, or their parent's")
        self.must(not world.cloud.objects, "the cloud is not empty")

    def _rest(self) -> None:
        """The weather calms down once the worst is over; then everything comes to rest."""
        self.world.go_on(200)
        self.world.calm()
        self.world.run()
        self._look()

    # --- weather ------------------------------------------------------------------------------

    def _break_out(self, weather: Weather) -> None:
        world, dice = self.world, random.Random(self.scenario.seed)

        # Who stands still just before a call comes back to make an object that is one too many, and takes it back:
        # not when it dies then or hears no answer, which nobody can mend without help from the cloud.
        may_be_late = not (weather.killed or weather.silent)

        def strike(pauses: bool = True) -> None:
            if dice.random() < weather.killed:
                raise Death
            if pauses and dice.random() < weather.paused and not any(worker.paused for worker in world.workers):
                world.pause(2 * LEASE, steps=dice.randint(1, 30))

        def call(moment: str, verb: str, name: str) -> None:
            strike(pauses=moment == "after" or may_be_late)
            if dice.random() < weather.silent:
                raise CloudTransient("no answer")
            if moment == "before" and dice.random() < weather.refused:
                raise CloudQuota("the quota is used up", status=403)

        def after(number: int) -> None:
            strike()
            if dice.random() * LOOK < 1:
                self._look()

        world.cloud.trouble = call
        world.before_transaction, world.after_transaction = lambda number: strike(), after
        world.database.lost = lambda: dice.random() < weather.unheard
        world.broker.losing, world.broker.doubling = weather.lost, weather.doubled
        world.freezing = weather.frozen

    # --- what must hold -----------------------------------------------------------------------

    def must(self, holds: bool, what: str) -> None:
        assert holds, f"{what}\n{self.world.story()}"

    def _look(self) -> None:
        broken = [*self.world.broken(), *self.world.cloud.wrongs]
        self.must(not broken, "; ".join(broken))

    def _fits(self, stack: str, resources: Resources) -> None:
        """Each resource has its object, with the values and the neighbours that the template gives it."""
        objects = self._objects(stack, resources)
        self.must(len(set(objects)) == len(objects) == len(self.world.cloud.objects), "objects and resources differ")

    def _objects(self, stack: str, resources: Resources) -> list[str]:
        rows = self.world.rows(stack)
        self.must(rows.keys() == resources.keys(), f"stack {stack} has {list(rows)}, {list(resources)} are wanted")
        found: list[str] = []
        for name, given in resources.items():
            id = rows[name].physical_id or ""
            if "nested" in given:
                found += self._objects(id, given["nested"])
            elif "group" in given:
                found += self._objects(id, {str(index): given["member"] for index in range(given["group"])})
            else:
                self.must(id in self.world.cloud.objects, f"{name} has no object")
                there = self.world.cloud.objects[id]
                self.must(there["value"] == given.get("value", ""), f"{name} has the value {there['value']!r}")
                uses = [rows[other].physical_id for other in given.get("uses", ())]
                self.must(there["uses"] == uses, f"{name} uses {there['uses']}")
                found.append(id)
        return found

    def _happened(self, wanted: Resources, foretold: dict[str, str], before: dict[str, Any], heard: int) -> None:
        """Nothing else than what the preview said, and in the order of the needs."""
        now = self.world.rows(self.stack)
        self.must(foretold.keys() == before.keys() | now.keys(), f"foretold: {foretold}")
        for name, change in foretold.items():
            was, is_now = before.get(name), now.get(name)
            if is_now is None or was is None:
                really = "deleted" if is_now is None else "added"
            else:
                really = "replaced" if was.physical_id != is_now.physical_id else "kept"
            says = "kept" if change in ("unchanged", "updated") else change
            # An update may find out only when it is under way that it must replace.
            late = change == "updated" and wanted[name].get("late") != self.scenario.last[name].get("late")
            self.must(
                really == says or (really == "replaced" and late), f"{name}: {change} foretold, {really} in truth"
            )
        lines = [line.split(":")[0] for line in acts.told(self.world, self.stack, heard)]
        for name, given in wanted.items():
            begun = [at for at, line in enumerate(lines) if line in _begins(name)]
            for need in (*given.get("uses", ()), *given.get("depends_on", ())):
                done = [at for at, line in enumerate(lines) if line in _ends(need)]
                self.must(not begun or not done or done[-1] < begun[0], f"{name} began before {need} was done: {lines}")


def _begins(name: str) -> tuple[str, ...]:
    return tuple(f"{name} {action}_IN_PROGRESS" for action in ("CREATE", "UPDATE"))


def _ends(name: str) -> tuple[str, ...]:
    return tuple(f"{name} {action}_COMPLETE" for action in ("CREATE", "UPDATE"))
