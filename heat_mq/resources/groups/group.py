"""Types whose nested stack holds members of one kind: changed step by step, asked member by member."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, Protocol

from heat_mq.errors import StepFailed
from heat_mq.resources.groups.batches import Step
from heat_mq.resources.kit import DONE, Call, Outcome, Wait
from heat_mq.resources.kit.nested import NestedStack
from heat_mq.template.tree import select

VERSION: Final = "2015-04-30"
"""Of the templates that are made for nested stacks."""

MEMBER: Final = "resource."

_STEPS, _PAUSE, _RESTED, _PLANNED = "steps", "pause", "rested", "planned"


class Member(Protocol):
    """A resource of the nested stack (see ``ChildStacks.members``)."""

    @property
    def name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def created_at(self) -> Any: ...
    @property
    def reference_id(self) -> Any: ...
    def attribute(self, path: Sequence[Any]) -> Any: ...


class Group(NestedStack):
    """A group is referred to by the id of its nested stack."""

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        return self.record.physical_id if self.record.physical_id is not None else self.record.name

    def plan(self, call: Call, steps: Sequence[Step], pause: float = 0) -> None:
        """Note what :meth:`follow` shall do: the nested stack comes to be by one step after the other.

        Raises StepFailed when the pauses alone take longer than the stack's action may.
        """
        pauses = max(len(steps) - 1, 0)
        if call.action_seconds is not None and pauses and pauses * pause >= call.action_seconds:
            raise StepFailed(
                f"{pauses} pauses of {pause:g} s between batches take longer than the action may, "
                f"{call.action_seconds:g} s: make the pause shorter or the batches larger"
            )
        call.progress.update({_STEPS: list(steps), _PAUSE: pause, _RESTED: True, _PLANNED: True})

    def make_ready(self, call: Call, step: Step) -> Outcome:
        """What must be done before the step; asked until it is done."""
        return DONE

    def follow(self, call: Call, apply: Callable[[Step], None]) -> Outcome:
        """Wait for the nested stack, then take the next step: ``apply(step)`` updates it, and may be repeated."""
        if call.progress.pop(_PLANNED, False):
            return Wait(0)  # stored first: whoever repeats a step must find the names that were drawn for it
        outcome = self._before_step(call)
        while outcome == DONE and call.progress.get(_STEPS):
            if not call.progress[_RESTED] and call.progress[_PAUSE]:
                call.progress[_RESTED] = True
                return Wait(call.progress[_PAUSE])
            ready = self.make_ready(call, call.progress[_STEPS][0])
            if ready != DONE:
                return ready
            call.progress[_RESTED] = False
            apply(call.progress[_STEPS].pop(0))
            outcome = self._await(call)
        return outcome

    def _before_step(self, call: Call) -> Outcome:
        """Wait for what is under way; what failed before the next step began is what that step may mend."""
        if call.progress.get(_STEPS) and call.progress[_RESTED]:
            state = self._children(call).state(self.physical_id)
            if state is not None and state[1] == "FAILED":
                return DONE
        return self._await(call)


def template_of(resources: Mapping[str, Any]) -> dict[str, Any]:
    """The nested stack's template."""
    return {"heat_template_version": VERSION, "resources": dict(resources)}


def without(definitions: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The definitions of the members that are not among the names."""
    removed = set(names)
    return {name: definition for name, definition in definitions.items() if name not in removed}


# --- attributes of members ------------------------------------------------------------------------


def references(members: Sequence[Member], path: Sequence[Any]) -> Any:
    return select([member.reference_id for member in members], list(path))


def references_by_name(members: Sequence[Member], path: Sequence[Any]) -> Any:
    return select({member.name: member.reference_id for member in members}, list(path))


def values(members: Sequence[Member], path: Sequence[Any]) -> list[Any]:
    """An attribute, the first of the path, of each member."""
    return [member.attribute(list(path)) for member in members]


def values_by_name(members: Sequence[Member], path: Sequence[Any]) -> dict[str, Any]:
    return {member.name: member.attribute(list(path)) for member in members}


def of_member(group: str, members: Mapping[str, Member], attribute: str, path: Sequence[Any]) -> Any:
    """``resource.KEY[.ATTRIBUTE]`` with the path: the reference id of a member, or its attribute; raises KeyError."""
    _, key, *more = attribute.split(".", 2)
    member = members.get(key)
    if member is None:
        raise KeyError(f"the group {group} has no member {key}")
    steps = [*more, *path]
    return member.attribute(steps) if steps else member.reference_id
