"""Bind trees: put parameters in, take branches, call every function that needs no resource.

One :class:`Compiler` walks one definition (or output) at a time. What it finds to be wrong it notes and goes on, so
that all is reported; what it cannot know yet it leaves in the tree as a node.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from heat_mq.errors import InvalidTemplate, InvalidTemplateReference, nearest
from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Intrinsic, Refused
from heat_mq.template.functions.references import Target
from heat_mq.template.limits import Limits
from heat_mq.template.marks import NOTHING, UNKNOWN
from heat_mq.template.problems import Problems
from heat_mq.template.source import Path
from heat_mq.template.tree import (
    AttributeReference,
    Call,
    FunctionFailed,
    ResourceReference,
    RuntimeList,
    RuntimeMap,
    apply,
)
from heat_mq.template.versions import Version

Holds = Callable[[Any, Path], Any]

#: Heat's word for what is wrong in the properties of a resource.
PROPERTY_ERROR: Final = "Property error"


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """What functions may ask for; implements :class:`heat_mq.template.functions.intrinsic.Scope`."""

    parameters: Mapping[str, Any]
    files: Mapping[str, str]
    mappings: Mapping[str, Any]
    facade: Mapping[str, Any] | None
    availability_zones: Sequence[str]
    limits: Limits


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """The resources that may be referred to, and the condition that leaves each of the others out."""

    present: frozenset[str]
    left_out: Mapping[str, str]


class AttributeUse(NamedTuple):
    """One place that asks a resource for an attribute.

    ``constant`` is the attribute's name and as much of the path as is known before anything runs; None when all
    attributes are wanted or the name is not known. ``path`` is where the name stands.
    """

    resource: str
    constant: tuple[Any, ...] | None
    path: Path


class Compiler:
    """Binds raw trees. After a walk ``references`` and ``attributes`` tell what was pointed at.

    ``tolerant``: a function that refuses known arguments is not a problem but stays in the tree and fails when it is
    evaluated (outputs: one that cannot be computed must not keep a stack from being created).
    """

    def __init__(
        self,
        version: Version,
        scope: Surroundings,
        names: Names,
        holds: Holds,
        problems: Problems,
        *,
        in_condition: bool = False,
        tolerant: bool = False,
    ) -> None:
        self._version = version
        self._scope = scope
        self._names = names
        self._holds = holds
        self._problems = problems
        self._functions = version.condition_functions if in_condition else version.functions
        self._in_condition = in_condition
        self._tolerant = tolerant
        self._path: list[str | int] = []
        self._nodes = 0
        self._broken = 0
        self.references: set[str] = set()
        self.attributes: list[AttributeUse] = []

    def bind(self, raw: Any, path: Path) -> Any:
        """The bound tree; a part that is wrong stands as UNKNOWN in it. NOTHING at the top becomes None."""
        self._path = list(path)
        bound = self._tree(raw)
        return None if bound is NOTHING else bound

    def _tree(self, raw: Any) -> Any:
        kind = type(raw)
        if kind is dict:
            if len(raw) == 1:
                ((key, args),) = raw.items()
                form = self._functions.get(key)
                if form is not None:
                    return self._function(form, args)
                self._look_at_name(key, args)
            return self._map(raw)
        if kind is list:
            return self._list(raw)
        return raw

    def _map(self, raw: dict[str, Any]) -> Any:
        before = self._nodes
        changed: dict[str, Any] = {}
        for key, value in raw.items():
            if type(value) is dict or type(value) is list:
                self._path.append(key)
                bound = self._tree(value)
                self._path.pop()
                if bound is not value:
                    changed[key] = bound
        if not changed:
            return raw
        merged = {key: bound for key, value in raw.items() if (bound := changed.get(key, value)) is not NOTHING}
        return RuntimeMap(merged) if self._nodes > before else merged

    def _list(self, raw: list[Any]) -> Any:
        before = self._nodes
        bound = []
        changed = False
        for place, value in enumerate(raw):
            if type(value) is dict or type(value) is list:
                self._path.append(place)
                item = self._tree(value)
                self._path.pop()
                if item is not value:
                    changed = True
                    if item is NOTHING:
                        continue
                bound.append(item)
            else:
                bound.append(value)
        if not changed:
            return raw
        return RuntimeList(bound) if self._nodes > before else bound

    def _function(self, form: Intrinsic, args: Any) -> Any:
        self._path.append(form.name)
        try:
            match form.kind:
                case "value" | "condition":
                    return self._value(form, args)
                case "if":
                    return self._branch(form, args)
                case "logic":
                    return self._logic(form, args)
                case _:
                    return self._reference(form, args)
        except Refused as refused:
            return self._wrong(refused.message if refused.whole else f"{form.name} {refused.message}", refused)
        except FunctionFailed as failed:
            return self._wrong(failed.message, failed)
        finally:
            self._path.pop()

    def _value(self, form: Intrinsic, args: Any) -> Any:
        before, broken = self._nodes, self._broken
        bound = self._tree(args)
        bound = None if bound is NOTHING else bound
        if self._nodes > before:
            if form.shape is not None and not isinstance(bound, Call | ResourceReference | AttributeReference):
                _check_shape(form, bound)
            self._nodes += 1
            return Call(form, bound, self._scope, tuple(self._path))
        if self._broken > broken:
            return UNKNOWN
        try:
            return apply(form, bound, self._scope)
        except FunctionFailed:
            if not self._tolerant:
                raise
            if form.shape is not None:
                _check_shape(form, bound)
            self._nodes += 1
            return Call(form, bound, self._scope, tuple(self._path))

    def _branch(self, form: Intrinsic, args: Any) -> Any:
        _check_shape(form, args)
        truth = self._holds(args[0], (*self._path, 0))
        if truth is UNKNOWN:
            return UNKNOWN
        place = form.call(args, truth)
        if place >= len(args):
            return NOTHING
        self._path.append(place)
        chosen = self._tree(args[place])
        self._path.pop()
        return chosen

    def _logic(self, form: Intrinsic, args: Any) -> Any:
        _check_shape(form, args)
        here = tuple(self._path)
        return form.call(args, lambda operand, *place: self._holds(operand, (*here, *place)))

    def _reference(self, form: Intrinsic, args: Any) -> Any:
        broken = self._broken
        bound = self._tree(args)
        if self._broken > broken or bound is UNKNOWN or (isinstance(bound, list) and UNKNOWN in bound):
            return UNKNOWN
        if form.kind == "reference":
            if self._in_condition or not isinstance(bound, str) or bound in self._scope.parameters:
                return apply(form, bound, self._scope)
            target = Target(bound)
        else:
            _check_shape(form, bound)
            target = form.call(bound)
        if not self._exists(target.resource, form, 0 if isinstance(args, list) else None):
            return UNKNOWN
        self.references.add(target.resource)
        self._nodes += 1
        if form.kind == "attribute":
            return self._attribute(form, target)
        return ResourceReference(target.resource)

    def _attribute(self, form: Intrinsic, target: Target) -> AttributeReference:
        constant: tuple[Any, ...] | None
        if target.attribute is None:
            constant = None
        elif isinstance(target.attribute, str):
            steps = []
            for step in target.steps:
                if not isinstance(step, str | int):
                    break
                steps.append(step)
            constant = (target.attribute, *steps)
        elif isinstance(target.attribute, Call | ResourceReference | AttributeReference):
            constant = None
        else:
            raise Refused(f"takes the name of an attribute second, not {shown(target.attribute)}", 1)
        self.attributes.append(AttributeUse(target.resource, constant, (*self._path, 1)))
        walks_outside = self._version.format == "hot" and not self._version.hands_path_to_resource
        # Below, a step that is a node keeps the whole list of steps from being plain data.
        steps_tree = RuntimeList(target.steps)
        return AttributeReference(target.resource, target.attribute, steps_tree, walks_outside, tuple(self._path))

    def _exists(self, name: Any, form: Intrinsic, place: int | None) -> bool:
        if name in self._names.present:
            return True
        path = tuple(self._path) if place is None else (*self._path, place)
        reason = ""
        if name in self._names.left_out:
            reason = f": the condition {self._names.left_out[name]} leaves it out"
        what = "resource or parameter" if form.kind == "reference" else "resource"
        valid = [*self._names.present, *(self._scope.parameters if form.kind == "reference" else ())]
        # Heat gives attributes and ids different classes, which clients may know.
        error = InvalidTemplate if form.kind == "attribute" else InvalidTemplateReference
        message = f"{form.name} finds no {what} {name!r}{reason}"
        self._problems.add(path, message, error=error, suggestion="" if reason else nearest(name, valid))
        self._broken += 1
        return False

    def _wrong(self, message: str, cause: Refused | FunctionFailed) -> Any:
        path, place = self._path, list(cause.path)
        if cause.whole:
            path, place = path[:-1], [*path[-1:], *place]
        else:
            path, place = [*path, *place], []
        kind = PROPERTY_ERROR if cause.whole and self._in_properties() else ""
        self._problems.add(path, message, error=cause.error, suggestion=cause.suggestion, kind=kind, place=place)
        self._broken += 1
        return UNKNOWN

    def _in_properties(self) -> bool:
        """Whether what is looked at belongs to the properties of a resource."""
        words = self._version.words
        return self._path[:1] == [words.sections["resources"]] and self._path[2:3] == [words.resource["properties"]]

    def _look_at_name(self, key: str, args: Any) -> None:
        """A map with one key that looks like a function which this place or version does not have."""
        if key in self._version.removed:
            message = f"{key} is no function of {self._version.key} {self._version.date} any more"
            self._problems.add((*self._path, key), message, key=True)
            self._broken += 1
        elif self._in_condition and key in self._version.functions:
            self._problems.add((*self._path, key), f"{key} cannot be used in a condition", key=True)
            self._broken += 1
        else:
            newer = newer_function(self._version, key, args)
            if newer:
                self._problems.add((*self._path, key), newer, key=True, warning=True)


def _check_shape(form: Intrinsic, args: Any) -> None:
    wrong = form.shape(args) if form.shape is not None else None
    if wrong:
        raise Refused(wrong)


def newer_function(version: Version, key: str, args: Any) -> str:
    """What to say of a map that a newer version would take for a function call, or ""."""
    since = version.newer_with(key)
    if not since:
        return ""
    return (
        f"{key} is a function from {since} on; in this template, {version.key} {version.date}, "
        f"{{{key}: …}} is plain data"
    )
