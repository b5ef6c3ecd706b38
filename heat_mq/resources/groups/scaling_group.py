"""Groups whose members have no places: they grow by new ones, shrink by the oldest, and may be scaled by policies."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.errors import Bug, Problem
from heat_mq.resources.groups import cooldown
from heat_mq.resources.groups.batches import Batches, Step, after, renewing
from heat_mq.resources.groups.capacity import adjusted, bounded
from heat_mq.resources.groups.group import Group, Member, template_of, without
from heat_mq.resources.kit import DONE, Call, Outcome, Park, Props
from heat_mq.resources.kit.call import Peers
from heat_mq.resources.kit.scaling import Adjustment, Resize

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH: Final = 12
_LATER: Final = "later"


@dataclasses.dataclass(frozen=True, slots=True)
class Sizes:
    """What the properties say of a group's size. ``wanted`` None: as many as there are, at first ``at_least``."""

    at_least: int
    at_most: int
    wanted: int | None = None

    def after(self, size: int) -> int:
        """The size that a group of ``size`` shall have after an update."""
        return bounded(size if self.wanted is None else self.wanted, self.at_least, self.at_most)

    def problems(self, least: str, most: str, wanted: str) -> Iterator[Problem]:
        """What does not fit together; the arguments are the names of the properties."""
        if self.at_least < 0:
            yield Problem(f"{self.at_least} is less than zero", path=least)
        if self.at_least > self.at_most:
            yield Problem(f"{least} ({self.at_least}) is more than {most} ({self.at_most})", path=least)
        elif self.wanted is not None and self.after(0) != self.wanted:
            expected = f"{self.at_least} to {self.at_most}"
            yield Problem(f"{self.wanted} is not between {least} and {most}", path=wanted, expected=expected)


class ScalingGroup(Group):
    """The order in which members go: what has failed, then the oldest. Members keep their definition until they are
    changed by a rolling update.

    Subclasses say what a member is and how large the group is; with ``scales`` its size can be adjusted by signals
    of policies, and each change of size is followed by a cooldown.
    """

    scales: ClassVar[bool] = False

    def member(self, call: Call, props: Props) -> dict[str, Any]:
        """The definition of a new member."""
        raise Bug(f"{type(self).__name__} does not say what its members are")

    @classmethod
    def sizes(cls, props: Mapping[str, Any]) -> Sizes:
        raise Bug(f"{cls.__name__} does not say how large it is")

    def batches(self, call: Call, props: Props, changed: frozenset[str]) -> Batches | None:
        """How members are changed; None when what ``changed`` does not concern them."""
        return None

    def cooldown(self, props: Mapping[str, Any]) -> float | None:
        """Seconds after a change of size."""
        return None

    # --- steps --------------------------------------------------------------------------------

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        count = call.admit(self.sizes(props).after(0))
        return self._child_after(call, props, {"new": [new_name() for _ in range(count)], "gone": []}, {})

    def adopted_child(self, call: Call, props: Props, resources: Mapping[str, Any]) -> dict[str, Any]:
        """As many members as the dump has, by their names: nothing tells how else they were to be."""
        return self._child_after(call, props, {"new": list(resources), "gone": []}, {})

    def check_create(self, call: Call) -> Outcome:
        return self._cooled(call, self._await(call))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        present = self._present(call)
        order = [member.name for member in present]
        steps: list[Step] = []
        policy = self.batches(call, props, changed)
        if policy is not None:
            definition = self.member(call, props)
            stale = {member.name for member in present if member.definition != definition}
            steps = renewing(order, stale, policy.size, policy.min_in_service, iter(new_name, ""))
        size = sum(member.healthy for member in present)
        if steps:
            order = after(order, steps)
            size = len(order)  # all of them are in order then
        steps.append(_resized(order, call.admit(self.sizes(props).after(size))))
        self.plan(call, steps, policy.pause if policy is not None else 0)

    def check_update(self, call: Call) -> Outcome:
        return self._cooled(call, self.follow(call, lambda step: self._apply(call, step)))

    def adjust(self, call: Call, wish: Adjustment) -> Resize | None:
        """Nothing is done while something else is done to the group, during a cooldown, or when its size stays."""
        if not self.scales:
            return super().adjust(call, wish)
        state = self._children(call).state(self.physical_id)
        if self.record.status != "COMPLETE" or state is None or state[1] == "IN_PROGRESS":
            return None
        if not cooldown.is_over(self.record.metadata, _now(call)):
            return None
        props = Props(self.record.properties)
        present, sizes = self._present(call), self.sizes(props)
        before = sum(member.healthy for member in present)
        size = adjusted(
            before,
            wish.kind,
            wish.amount,
            at_least=sizes.at_least,
            at_most=sizes.at_most,
            min_step=wish.min_step,
        )
        if size == before:
            return None
        definitions = {member.name: member.definition for member in present}
        child = self._child_after(call, props, _resized(list(definitions), call.admit(size)), definitions)
        seconds = wish.cooldown if wish.cooldown is not None else self.cooldown(props)
        return Resize(child, before, size, max(seconds or 0, 0))

    # --- while it is being scaled -------------------------------------------------------------

    def suspend(self, call: Call) -> None:
        """A change of size that is under way comes to its end first."""
        if self._is_busy(call):
            call.progress[_LATER] = True
        else:
            super().suspend(call)

    def check_suspend(self, call: Call) -> Outcome:
        if call.progress.get(_LATER):
            if self._is_busy(call):
                return Park()
            call.progress[_LATER] = False
            super().suspend(call)
        return super().check_suspend(call)

    def check(self, call: Call) -> Outcome:
        if "checking" not in call.progress and self._is_busy(call):
            return Park()
        return super().check(call)

    def _is_busy(self, call: Call) -> bool:
        state = self._children(call).state(self.physical_id)
        return state is not None and state[:2] == ("UPDATE", "IN_PROGRESS")

    # --- members ------------------------------------------------------------------------------

    def members(self, call: Call) -> list[Member]:
        """Those that are in order, the oldest first."""
        found = self._children(call).members(self.physical_id)
        return sorted(
            (item for item in found if item.status != "FAILED"), key=lambda item: (item.created_at, item.name)
        )

    def _present(self, call: Call) -> list[_Present]:
        """What the child's template defines, in the order in which it goes."""
        children = self._children(call)
        rows = {row.name: row for row in children.members(self.physical_id)}
        state = children.state(self.physical_id)
        coming = state is not None and state[1] == "IN_PROGRESS"
        found = []
        for name, definition in children.definitions(self.physical_id).items():
            row = rows.get(name)
            healthy = row.status != "FAILED" if row is not None else coming
            age = (row is None, row.created_at if row is not None else datetime.datetime.min)
            found.append(_Present(name, definition, healthy, age))
        return sorted(found, key=lambda item: (item.healthy, item.age, item.name))

    def _apply(self, call: Call, step: Step) -> None:
        definitions = self._children(call).definitions(self.physical_id)
        child = self._child_after(call, Props(call.wanted), step, definitions)
        self._children(call).update(self.physical_id, child)

    def _child_after(self, call: Call, props: Props, step: Step, definitions: Mapping[str, Any]) -> dict[str, Any]:
        """The child after the step: what is new by the present definition, the rest as it is."""
        made = self.member(call, props) if step["new"] else {}
        resources = {**without(definitions, step["gone"]), **dict.fromkeys(step["new"], made)}
        return self.with_types({"template": template_of(resources), "parameters": {}})

    @classmethod
    def with_types(cls, child: dict[str, Any]) -> dict[str, Any]:
        """The child with what its members' type stands for, where nobody says otherwise."""
        return child

    def _cooled(self, call: Call, outcome: Outcome) -> Outcome:
        """Making and updating a group starts a cooldown, as any change of its size does."""
        if outcome == DONE and self.scales:
            # Read anew: a signal may have been at work until the child was updated.
            metadata = peers(call).find(self.record.name).metadata
            reason = f"ExactCapacity : {len(self.members(call))}"
            call.metadata.update(cooldown.ended(metadata, self.cooldown(Props(call.wanted)), reason, _now(call)))
        return outcome


@dataclasses.dataclass(frozen=True, slots=True)
class _Present:
    name: str
    definition: Any
    healthy: bool
    age: Any


def new_name() -> str:
    """A short random name for a member."""
    return base64.b32encode(uuid.uuid4().bytes).decode().lower()[:_LENGTH]


def trial(definition: Any, count: int) -> dict[str, Any]:
    """A child of ``count`` members before any has a name, for checks and previews."""
    return {"template": template_of({f"member{at}": definition for at in range(count)}), "parameters": {}}


def _resized(order: Sequence[str], size: int) -> Step:
    """The step to ``size`` members: the first go, new ones come."""
    return {"new": [new_name() for _ in range(size - len(order))], "gone": list(order[: max(len(order) - size, 0)])}


def _now(call: Call) -> datetime.datetime:
    return call.clock.now().replace(tzinfo=None)


def peers(call: Call) -> Peers:
    """The call's port to the stack's other resources."""
    if call.peers is None:
        raise Bug("a group was called without the port to the other resources")
    return call.peers
