"""OS::Cinder::VolumeType: a kind of volumes; for administrators.

Names of types are unique. A new type carries the resource's id in its description until :meth:`VolumeType.check_create`
puts the description there that the template asks for: an interrupted create finds its own, and no other of that name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    CloudGone,
    List,
    Lookup,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.names import marker
from heat_mq.resources.kit.unfinished import WholeOrNothing
from heat_mq.resources.types.cinder.in_use import may_pass
from heat_mq.resources.types.cinder.volume.changes import text_of

ACCESS: Final = "volume_type_access"
PUBLIC: Final = "os-volume-type-access:is_public"
SINCE: Final = Support(version="5.0.0")


class VolumeType(WholeOrNothing, type="OS::Cinder::VolumeType"):
    service = "block-storage"
    needs_extension = "os-types-manage"
    support = Support(version="2015.1")

    class Properties(Schema):
        name = Str("Name of the type.", required=True, update=IN_PLACE)
        metadata = Map("Extra specs of the type, for the scheduler and the storage.", update=IN_PLACE)
        is_public = Bool("Whether all projects may use the type.", default=True, update=IN_PLACE, support=SINCE)
        description = Str("Description of the type.", update=IN_PLACE, support=SINCE)
        projects = List(
            "Names or ids of the projects that may use the type, when it is not public.",
            default=[],
            update=IN_PLACE,
            of=Str("A project.", constraint="keystone.project", lookup=Lookup("identity", "project")),
            support=SINCE,
        )

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if props.get("is_public") is True and props.get("projects"):
            yield Problem("projects cannot be given for a public type", path="projects", expected="is_public: false")

    def find_existing(self, call: Call, props: Props) -> str | None:
        found = call.api.each("/types", "volume_types", query={"is_public": "None"})
        return next((str(each["id"]) for each in found if each["description"] == marker(self.record)), None)

    def create(self, call: Call, props: Props) -> str:
        wanted = {
            "name": props.name,
            "description": marker(self.record),
            PUBLIC: props.is_public,
            "extra_specs": text_of(props.metadata),
        }
        return str(call.api.post("/types", {"volume_type": wanted})["volume_type"]["id"])

    def check_create(self, call: Call) -> Outcome:
        self._change(call, {"description": call.wanted.get("description") or ""})
        self._admit(call, call.wanted.get("projects") or ())
        return DONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        self._expel(call, props.projects or ())  # while it is not public yet
        values: dict[str, Any] = {key: props[key] for key in ("name", "is_public") if key in changed}
        if "description" in changed:
            values["description"] = props.description or ""
        if values:
            self._change(call, values)
        self._admit(call, props.projects or ())
        if "metadata" in changed:
            specs = text_of(props.metadata)
            for key in self.read(call)["extra_specs"].keys() - specs.keys():
                with contextlib.suppress(CloudGone):
                    call.api.delete(f"{self._path()}/extra_specs/{key}")
            if specs:
                call.api.post(f"{self._path()}/extra_specs", {"extra_specs": specs})

    def delete(self, call: Call) -> None:
        with may_pass():
            call.api.delete(self._path())

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(self._path())["volume_type"])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        specs, wanted = live["extra_specs"], call.wanted.get("metadata") or {}
        seen = {name: live[name] for name in ("name", "description", "is_public")}
        projects = self._projects(call, live)
        return {**seen, "metadata": wanted if specs == text_of(wanted) else specs, "projects": projects}

    def _projects(self, call: Call, live: Mapping[str, Any]) -> list[str]:
        if live["is_public"]:
            return []
        return [each["project_id"] for each in call.api.each(f"{self._path()}/os-volume-type-access", ACCESS)]

    def _admit(self, call: Call, projects: Iterable[str]) -> None:
        missing = set(projects) - set(self._projects(call, self.read(call)) if projects else ())
        for project in sorted(missing):
            call.api.post(f"{self._path()}/action", {"addProjectAccess": {"project": project}})

    def _expel(self, call: Call, projects: Iterable[str]) -> None:
        """Those that may use it and shall not."""
        for project in sorted(set(self._projects(call, self.read(call))) - set(projects)):
            with contextlib.suppress(CloudGone):
                call.api.post(f"{self._path()}/action", {"removeProjectAccess": {"project": project}})

    def _change(self, call: Call, values: Mapping[str, Any]) -> None:
        call.api.put(self._path(), {"volume_type": dict(values)})

    def _path(self) -> str:
        return f"/types/{self.physical_id}"
