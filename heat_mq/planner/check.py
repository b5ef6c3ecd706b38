"""Everything that the resource types can tell to be wrong before anything is made, collected. Pure.

What only a cloud can tell (services, extensions, custom constraints) is asked of an :class:`Outside`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from heat_mq.errors import InvalidTemplate, LimitExceeded, NotFound, Problem, nearest
from heat_mq.planner.definition import StackDefinition
from heat_mq.planner.deployed import server_problems
from heat_mq.planner.placing import inside_of, placed
from heat_mq.resources.implementation import Implementation, TemplateAbsent, TemplateResource
from heat_mq.resources.kit import Resource
from heat_mq.resources.kit.convert import convert
from heat_mq.resources.kit.describe import attributes_of, describe_type
from heat_mq.resources.kit.registry import load
from heat_mq.template import UNKNOWN, Definition, Secret, is_known, is_secret, problem_at
from heat_mq.template.provider import facade_problems

REMOTE: Final = ("http://", "https://")


class Outside:
    """What a cloud could tell; this one has nothing to say."""

    def permit(self, cls: type[Resource], path: str) -> None:
        """Raise Forbidden when the resource at ``path`` (``resources.a.resources.b``) has a type not for the caller."""

    def need(self, cls: type[Resource]) -> None:
        """Raise ServiceMissing when the cloud cannot make such a resource."""

    def problems(self, cls: type[Resource], raw: Mapping[str, Any], typed: Mapping[str, Any]) -> list[Problem]:
        """What the cloud says of properties, as given and as converted. Paths start with ``properties``."""
        return []

    def note(self, wanted: StackDefinition, name: str, typed: Mapping[str, Any]) -> None:
        """A resource whose properties hold, for what is asked when nothing is wrong."""

    def missing(self, cls: type[Resource], physical_id: str) -> str:
        """Why an object that a resource shall stand for cannot be used; "" when it can."""
        return ""

    def template_at(self, url: str, files: Mapping[str, str]) -> str | None:
        """The text of a template at a URL, None when it is not at hand; raises InvalidTemplate."""
        return files.get(url)

    def parameter_problems(self, wanted: StackDefinition) -> Iterator[Problem]:
        """What the cloud says of the parameters' values."""
        return iter(())


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """``depth`` of nested stacks, and ``resources`` in all of them together (-1: any number)."""

    depth: int = 5
    resources: int = 1000


class Check:
    """Checks one definition and all that is nested in it.

    ``properties_wanted``: a required property without a value is a problem. ``values_wanted``: so is a parameter of a
    nested stack. ``nested_properties``: so are properties in nested stacks that do not hold. ``offline``: templates at
    a URL that are not among the files are a warning. ``count`` is the number of resources seen so far.
    """

    def __init__(
        self,
        bounds: Bounds,
        outside: Outside | None = None,
        *,
        properties_wanted: bool = True,
        values_wanted: bool = True,
        nested_properties: bool = True,
        offline: bool = False,
    ) -> None:
        self._bounds = bounds
        self._outside = outside or Outside()
        self._properties_wanted = properties_wanted
        self._values_wanted = values_wanted
        self._nested_properties = nested_properties
        self._offline = offline
        self.count = 0
        self._above: list[str] = []  # the resources that own the stack under way, from the top

    def check(self, wanted: StackDefinition, depth: int = 0) -> None:
        """Raise InvalidTemplate with every problem, LimitExceeded, ServiceMissing, or Forbidden."""
        problems = [problem for problem in self.problems(wanted, depth) if problem.severity == "error"]
        if problems:
            raise InvalidTemplate(problems)

    def problems(self, wanted: StackDefinition, depth: int = 0) -> Iterator[Problem]:
        """Errors and warnings in the order in which they are found; raises what else ``check`` raises."""
        if depth > self._bounds.depth:
            raise LimitExceeded(f"Stacks are nested deeper than {self._bounds.depth} levels.")
        self._count(len(wanted.bound.resources))
        served: dict[str, Implementation] = {}
        for name in wanted.bound.resources:
            yield from self._serve(wanted, wanted.definition(name), served)
        # Before anything is looked up: who may not use a type is not told what a cloud says of its properties.
        for name, implementation in served.items():
            self._outside.permit(implementation.cls, ".".join(f"resources.{each}" for each in [*self._above, name]))
        for name, implementation in served.items():
            yield from self._resource(wanted, wanted.definition(name), implementation, depth)
        yield from _attributes(wanted, served)
        yield from self._outside.parameter_problems(wanted)
        if len(served) == len(wanted.bound.resources) and not (wanted.tolerant and wanted.bound.problems()[0]):
            _ = wanted.dependencies  # raises for a cycle that hidden dependencies close

    def _count(self, more: int) -> None:
        self.count += more
        self._expect(0)

    def _expect(self, more: int) -> None:
        """So many are to come."""
        limit = self._bounds.resources
        if limit >= 0 and self.count + more > limit:
            raise LimitExceeded(f"A stack may have {limit} resources with all its nested stacks, this one has more.")

    # --- one resource -------------------------------------------------------------------------

    def _serve(
        self, wanted: StackDefinition, definition: Definition, served: dict[str, Implementation]
    ) -> Iterator[Problem]:
        """Find what serves a resource, or say why nothing does."""
        if wanted.tolerant and not definition.type:
            return  # told by the language
        try:
            served[definition.name] = wanted.implementation(definition.name)
        except NotFound as error:
            near = str(error.fields.get("suggestion") or "")
            message = f"The Resource Type ({definition.type}) could not be found."
            yield definition.problem(("type",), message, suggestion=near)
        except TemplateAbsent as error:
            if self._offline and error.name.startswith(REMOTE):
                message = f"the template {error.name} is not looked at: nothing is fetched here"
                yield definition.problem(("type",), message, severity="warning")
                return
            (problem,) = error.problems
            yield definition.problem(
                ("type",), problem.message, expected=problem.expected, suggestion=problem.suggestion
            )
        except InvalidTemplate as error:
            yield from (inside_of(definition, item) for item in error.problems)

    def _resource(
        self, wanted: StackDefinition, definition: Definition, implementation: Implementation, depth: int
    ) -> Iterator[Problem]:
        cls = implementation.cls
        if cls.service:
            self._outside.need(cls)
        if definition.external_id is not None:
            yield from self._external(definition, cls)
            return
        if implementation.template is not None and definition.type in load():
            replaced = describe_type(load()[definition.type], texts=False)
            for item in facade_problems(implementation.template, definition.type, replaced):
                yield inside_of(definition, item)
        if definition.deletion_policy == "Snapshot" and not cls.snapshots:
            yield definition.problem(
                ("deletion_policy",),
                f"{definition.type} cannot be saved: deletion_policy Snapshot is not for it",
                expected="Delete or Retain",
            )
        try:
            raw = wanted.known_properties(definition.name)
        except InvalidTemplate as error:
            yield from error.problems
            return
        if raw is UNKNOWN:
            return
        found: list[Problem] = []
        typed = convert(cls.Properties, raw, found.append)
        if not found:
            found += [dataclasses.replace(item, path=f"properties.{item.path}") for item in cls.validate(typed)]
        yield from self._policy(wanted, definition, cls)
        yield from server_problems(wanted, definition, cls)
        found += self._outside.problems(cls, raw, typed)
        if depth and not self._nested_properties:
            found = []
        for item in found:
            if self._properties_wanted or "not assigned" not in item.message:
                yield placed(definition, item)
        if not found:
            self._outside.note(wanted, definition.name, typed)
        if cls.nested and not found:
            yield from self._child(wanted, definition, implementation, raw, typed, depth)

    def _policy(self, wanted: StackDefinition, definition: Definition, cls: type[Resource]) -> Iterator[Problem]:
        """What is wrong with the update_policy."""
        try:
            raw = wanted.known_policy(definition.name)
        except InvalidTemplate as error:
            yield from error.problems
            return
        if not isinstance(raw, Mapping):
            return
        found: list[Problem] = []
        if not is_known(raw) and is_known(list(wanted.bound.parameters.values())):
            found.append(Problem("it must not depend on resources", path="update_policy", expected="known values"))
        typed = convert(cls.UpdatePolicy, raw, found.append, path="update_policy")
        if not found:
            found += [
                dataclasses.replace(item, path=f"update_policy.{item.path}") for item in cls.validate_policy(typed)
            ]
        yield from (placed(definition, item) for item in found)

    def _external(self, definition: Definition, cls: type[Resource]) -> Iterator[Problem]:
        """An object that others made: its properties are their affair, that it is there is ours."""
        path = ("external_id",)
        if definition.depends_on:
            yield definition.problem(("depends_on",), "depends_on is not for a resource with an external_id")
        if cls.nested:
            yield definition.problem(path, f"external_id is not for {definition.type}, which is a stack of its own")
        elif cls.service:
            text = self._outside.missing(cls, definition.external_id or "")
            if text:
                yield definition.problem(path, text)

    def _child(
        self,
        wanted: StackDefinition,
        definition: Definition,
        implementation: Implementation,
        raw: Mapping[str, Any],
        typed: Mapping[str, Any],
        depth: int,
    ) -> Iterator[Problem]:
        """What is wrong in the nested stack, at the path that leads there."""
        self._expect(implementation.cls.child_size(typed))
        child = child_of(implementation, raw, typed, trial=True)
        if child is None:
            return
        hidden = is_secret(raw) and not issubclass(implementation.cls, TemplateResource)
        try:
            child = with_text(child, lambda url: self._outside.template_at(url, wanted.files))
        except InvalidTemplate as error:
            yield from (inside_of(definition, item) for item in error.problems)
            return
        if child is None:
            yield definition.problem((), "its template is not looked at: nothing is fetched here", severity="warning")
            return
        self._above.append(definition.name)
        try:
            nested = wanted.nested(definition.name, child, strict=self._values_wanted, check=not wanted.tolerant)
            found = list(self.problems(nested, depth + 1))
            if wanted.tolerant:
                errors, warnings = nested.bound.problems()
                found = [*errors, *warnings, *found]
        except InvalidTemplate as error:
            found = error.problems
        self._above.pop()
        if hidden and found:
            # The values stand in a template that was made, where nothing marks them any more.
            message = "what is made from it does not fit; a hidden value is in it, so that no more is shown"
            found = [Problem(message)]
        yield from (inside_of(definition, item) for item in found)


def child_of(
    implementation: Implementation, raw: Mapping[str, Any], typed: Mapping[str, Any], *, trial: bool = False
) -> dict[str, Any] | None:
    """The nested stack that a resource with these properties makes; hidden values stay so in its parameters.

    ``trial``: one that shows whether any that it will make would do.
    """
    if issubclass(implementation.cls, TemplateResource):
        typed = {name: Secret(value) if is_secret(raw.get(name)) else value for name, value in typed.items()}
    return implementation.cls.trial_child(typed) if trial else implementation.cls.preview_child(typed)


def with_text(child: Mapping[str, Any], read: Callable[[str], str | None]) -> dict[str, Any] | None:
    """A child as a type describes it, with the text of its template when that is at a URL; None without it."""
    url = child.get("template_url")
    if url is None:
        return dict(child)
    text = read(url)
    return None if text is None else {**child, "template": text, "file": url}


def _attributes(wanted: StackDefinition, served: Mapping[str, Implementation]) -> Iterator[Problem]:
    """Attributes that are asked for and do not exist."""
    for use in wanted.bound.attribute_uses():
        implementation = served.get(use.resource)
        if implementation is None or not use.constant or not isinstance(use.constant[0], str):
            continue
        attribute = use.constant[0]
        if implementation.cls.offers(attribute):
            continue
        known = attributes_of(implementation.cls)
        yield problem_at(
            wanted.template,
            use.path,
            f"The Referenced Attribute ({use.resource} {attribute}) is incorrect.",
            suggestion=nearest(attribute, known),
            expected=f"one of {', '.join(sorted(known))}",
        )
