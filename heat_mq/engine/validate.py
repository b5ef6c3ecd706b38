"""The check of a definition with what the caller's cloud can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from heat_mq.engine.remote import passed_down, text_at
from heat_mq.errors import CloudGone, Forbidden, Problem, ServiceMissing
from heat_mq.planner.check import Bounds, Check, Outside
from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit import Call, Prop, Record, Resource
from heat_mq.resources.kit.extensions import missing
from heat_mq.template import is_known, is_secret, reveal
from heat_mq.template.constraints import CustomConstraint

if TYPE_CHECKING:
    from heat_mq.engine.service import Service


class Validation(Check):
    """Checks one definition and all that is nested in it. ``cloud`` None leaves out what only a cloud can tell.

    Resource types for which ``may_use`` answers False are refused, before anything is looked up. Without
    ``values_wanted`` values of parameters and required properties may be missing, and properties in nested stacks,
    which depend on them, are not looked at.
    """

    def __init__(
        self, service: Service, cloud: Any, *, may_use: Callable[[str], bool] | None = None, values_wanted: bool = True
    ) -> None:
        self._elsewhere = AskOutside(service, cloud, may_use)
        super().__init__(
            Bounds(service.limits.nested_depth, service.limits.resources),
            self._elsewhere,
            properties_wanted=values_wanted,
            values_wanted=values_wanted,
            nested_properties=values_wanted,
        )

    def check(self, wanted: StackDefinition, depth: int = 0) -> None:
        """Also raises UserError for what another service refuses; it is asked when nothing else is wrong."""
        super().check(wanted, depth)
        self._elsewhere.ask_elsewhere()


class AskOutside(Outside):
    """Asks whether types may be used; a cloud, when there is one, each thing once; and where templates are."""

    def __init__(self, service: Service, cloud: Any, may_use: Callable[[str], bool] | None = None) -> None:
        self._service = service
        self._cloud = cloud
        self._may_use = may_use
        self._asked: dict[tuple[str, str], str | None] = {}
        self._noted: list[tuple[StackDefinition, str, Mapping[str, Any]]] = []

    def note(self, wanted: StackDefinition, name: str, typed: Mapping[str, Any]) -> None:
        if self._cloud is not None and wanted.implementation(name).cls.redefines("validate_elsewhere"):
            self._noted.append((wanted, name, typed))

    def ask_elsewhere(self) -> None:
        """Ask other services about what was noted; raises UserError for the first that is refused."""
        for wanted, name, typed in self._noted:
            environment = passed_down(wanted, name)
            call = Call(cloud=self._cloud, clock=self._service.clock, files=wanted.files, environment=environment)
            wanted.implementation(name).cls.validate_elsewhere(call, typed)

    def permit(self, cls: type[Resource], path: str) -> None:
        if self._may_use is not None and not self._may_use(cls.type):
            raise Forbidden(f"You may not use the resource type {cls.type} ({path}).")

    def need(self, cls: type[Resource]) -> None:
        if self._cloud is not None and not self._cloud.has(cls.service):
            raise ServiceMissing(
                f"HEAT-E99001 Service {cls.service} is not available for resource type {cls.type}, "
                f"reason: the catalog has no endpoint for it"
            )

    def problems(self, cls: type[Resource], raw: Mapping[str, Any], typed: Mapping[str, Any]) -> list[Problem]:
        found: list[Problem] = []
        if self._cloud is None:
            return found
        if cls.service == "network":
            found += missing(cls.Properties, raw, self._cloud.network.extensions())
        return found + self._constraints(cls.Properties.props, raw, typed, "properties")

    def missing(self, cls: type[Resource], physical_id: str) -> str:
        if self._cloud is None:
            return ""
        record = Record(
            id="",
            name=cls.type,
            type=cls.type,
            stack_id="",
            stack_name="",
            project_id="",
            physical_name=physical_id,
            physical_id=physical_id,
        )
        call = Call(cloud=self._cloud, clock=self._service.clock, api=self._cloud.service(cls.service))
        try:
            cls(record).read(call)
        except CloudGone:
            return f"there is no {cls.type} {physical_id}"
        return ""

    def template_at(self, url: str, files: Mapping[str, str]) -> str | None:
        return text_at(self._service, files, url)

    def parameter_problems(self, wanted: StackDefinition) -> Iterator[Problem]:
        if self._cloud is None:
            return
        for name, constraint, value in wanted.bound.custom_constraints():
            text = self._ask(constraint, value)
            if text:
                hidden = name in wanted.bound.secrets
                yield wanted.template.problem(
                    ("parameters", name),
                    f"the value of the parameter {name!r} does not fit: {'it is hidden' if hidden else text}",
                    key=True,
                )

    def _constraints(
        self, props: Mapping[str, Prop], raw: Mapping[str, Any], values: Mapping[str, Any], path: str
    ) -> list[Problem]:
        found: list[Problem] = []
        for name, prop in props.items():
            if values.get(name) is not None:
                found += self._constraint(prop, raw.get(name), values[name], f"{path}.{name}")
        return found

    def _constraint(self, prop: Prop, raw: Any, value: Any, path: str) -> list[Problem]:
        """``raw`` is the value as it was given, with its marks."""
        found: list[Problem] = []
        if not is_known(value) and not isinstance(value, list | dict):
            return found
        for rule in prop.constraints:
            if isinstance(rule, CustomConstraint) and is_known(value):
                text = self._ask(rule.name, value)
                if text:
                    hidden = prop.secret or is_secret(raw)
                    found.append(Problem("the hidden value does not fit" if hidden else text, path=path))
        if prop.of is not None and isinstance(value, list):
            items = raw if isinstance(raw, list) and len(raw) == len(value) else [raw] * len(value)
            for index, item in enumerate(value):
                if item is not None:
                    found += self._constraint(prop.of, items[index], item, f"{path}[{index}]")
        elif prop.schema is not None and isinstance(value, Mapping):
            # What is hidden as a whole is hidden in each part.
            inner = raw if isinstance(raw, Mapping) else dict.fromkeys(value, raw)
            found += self._constraints(prop.schema, inner, value, path)
        return found

    def _ask(self, constraint: str, value: Any) -> str | None:
        key = (constraint, repr(reveal(value)))
        if key not in self._asked:
            self._asked[key] = self._service.checker.check(self._cloud, constraint, reveal(value))
        return self._asked[key]
