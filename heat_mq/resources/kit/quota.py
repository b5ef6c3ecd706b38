"""Limits that a service keeps for a project, as Nova, Cinder and Neutron have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit.call import Call
from heat_mq.resources.kit.outcome import DONE, Outcome
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource

PROJECT = "project"


class Quota(Resource):
    """Sets limits of the project that property ``project`` names; every other property is a limit of that name.

    A project has one set of limits and no id for it: what an interrupted create has set is set again. A limit that an
    update takes away goes back to the service's default, and all of them do when the resource is deleted.
    """

    path: ClassVar[str] = "/os-quota-sets"
    envelope: ClassVar[str] = "quota_set"
    defaults: ClassVar[str] = "defaults"

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        limits = [name for name in cls.Properties.props if name != PROJECT]
        if all(props.get(name) is None for name in limits):
            yield Problem("a quota needs a limit", path=limits[0], expected=f"one of {', '.join(sorted(limits))}")

    def refuse(self, call: Call, limits: Mapping[str, int]) -> None:
        """Raise Failed for limits that the service would take though they make no sense."""

    def create(self, call: Call, props: Props) -> str:
        """Nothing yet: :meth:`check_create` sets the limits, when it is stored that this resource does."""
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        self._put(call, Props(call.wanted).given(PROJECT))
        return DONE

    def needs_replace_failed(self, call: Call) -> bool:
        """A successor would have the same project, whose limits this one takes away when it goes."""
        return False

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        limits = props.given(PROJECT)
        gone = changed - set(limits) - {PROJECT}
        if gone:
            defaults = call.api.get(f"{self._path(props)}/{self.defaults}")[self.envelope]
            limits |= {name: defaults[name] for name in gone if name in defaults}
        self._put(call, limits)

    def delete(self, call: Call) -> None:
        call.api.delete(self._path(self.record.properties))

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(self._path(self.record.properties))[self.envelope])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        return {name: live[name] for name in self.Properties.props if name in live}

    def _put(self, call: Call, limits: Mapping[str, int]) -> None:
        self.refuse(call, limits)
        call.api.put(self._path(call.wanted), {self.envelope: dict(limits)})

    def _path(self, props: Mapping[str, Any]) -> str:
        return f"{self.path}/{props[PROJECT]}"
