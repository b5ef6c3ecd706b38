"""Limits that a service keeps for a project, as Nova, Cinder and Neutron have them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import CloudGone, Problem
from heat_mq.resources.kit.call import Call
from heat_mq.resources.kit.outcome import DONE, Outcome
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource
from heat_mq.resources.kit.unfinished import is_unfinished

PROJECT = "project"
GIVEN_UP = "given_up"  # data: the limits are a successor's matter


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
        self._put(call, call.wanted)
        return DONE

    def needs_replace_failed(self, call: Call) -> bool:
        return is_unfinished(self.record)

    def prepare_replace(self, call: Call) -> Outcome:
        """Take the limits back now: when this one goes the successor may have set those of the same project."""
        with contextlib.suppress(CloudGone):
            self.delete(call)
        call.data[GIVEN_UP] = True
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        self._put(call, self.record.properties)
        call.data[GIVEN_UP] = False
        return DONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        gone = {name for name in changed if props[name] is None}
        defaults = call.api.get(f"{self._path(props)}/{self.defaults}")[self.envelope] if gone else {}
        self._put(call, {**props, **{name: defaults.get(name) for name in gone}})

    def delete(self, call: Call) -> None:
        if not call.data.get(GIVEN_UP):
            call.api.delete(self._path(self.record.properties))

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(self._path(self.record.properties))[self.envelope])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        return {name: live[name] for name in self.Properties.props if name in live}

    def _put(self, call: Call, wanted: Mapping[str, Any]) -> None:
        """Set the limits that are given."""
        limits = Props(wanted).given(PROJECT)
        self.refuse(call, limits)
        call.api.put(self._path(wanted), {self.envelope: limits})

    def _path(self, props: Mapping[str, Any]) -> str:
        return f"{self.path}/{props[PROJECT]}"
