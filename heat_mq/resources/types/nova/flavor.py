"""OS::Nova::Flavor: a size of servers; for administrators.

Flavor names are unique, so an interrupted create is found by its name; a flavor of that name but of another size is
somebody else's.
"""

from __future__ import annotations

import contextlib
import json
import urllib.parse
from collections.abc import Collection, Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    CloudConflict,
    CloudGone,
    Int,
    List,
    Lookup,
    Map,
    Num,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.unfinished import DROPPED, WholeOrNothing

AFTERWARDS: Final = "afterwards"  # progress: extra specs and projects of a new flavor
EPHEMERAL: Final = "OS-FLV-EXT-DATA:ephemeral"
PUBLIC: Final = "os-flavor-access:is_public"


class Flavor(WholeOrNothing, type="OS::Nova::Flavor"):
    service = "compute"
    support = Support(version="2014.2")

    class Properties(Schema):
        tenants = List(
            "Names or ids of the projects that may use the flavor, when it is not public.",
            default=[],
            of=Str("A project.", constraint="keystone.project", lookup=Lookup("identity", "project")),
            update=IN_PLACE,
            support=Support(version="8.0.0"),
        )
        flavorid = Str("Id of the flavor; Nova makes one without.", support=Support(version="7.0.0"))
        name = Str("Name of the flavor.", support=Support(version="7.0.0"))
        ram = Int("Memory, in MiB.", required=True)
        vcpus = Int("Number of virtual processors.", required=True)
        disk = Int("Size of the root disk, in GiB; 0 for that of the image.", default=0)
        swap = Int("Size of the swap disk, in MiB.", default=0)
        ephemeral = Int("Size of the ephemeral disk, in GiB.", default=0)
        rxtx_factor = Num("Share of the network's bandwidth, where the hypervisor knows it.", default=1.0)
        extra_specs = Map("Key-value pairs for the scheduler and the hypervisor.", update=IN_PLACE)
        is_public = Bool("Whether all projects may use the flavor.", default=True, support=Support(version="6.0.0"))

    class Attributes(Schema):
        is_public = Bool("Whether all projects may use the flavor.", support=Support(version="6.0.0"))
        extra_specs = Map("The extra specs of the flavor.", support=Support(version="7.0.0"))

    def find_existing(self, call: Call, props: Props) -> str | None:
        wanted = self._wanted(props)
        for flavor in call.cloud.compute.each("/flavors/detail", "flavors", query={"is_public": "None"}):
            if all(flavor.get(key) == wanted[key] for key in ("name", "ram", "vcpus", "disk")):
                self._note_afterwards(call, props)
                return str(flavor["id"])
        return None

    def create(self, call: Call, props: Props) -> str:
        self._note_afterwards(call, props)
        return str(call.cloud.compute.post("/flavors", {"flavor": self._wanted(props)})["flavor"]["id"])

    def check_create(self, call: Call) -> Outcome:
        afterwards = call.progress.get(AFTERWARDS, {})
        _set_specs(call, self.physical_id, afterwards.get("extra_specs") or {})
        _admit(call, self.physical_id, afterwards.get("tenants") or ())
        return DONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        if "extra_specs" in changed:
            specs = props.extra_specs or {}
            for key in _specs(call, self.physical_id):
                if key not in specs:
                    _drop_spec(call, self.physical_id, key)
            _set_specs(call, self.physical_id, specs)
        if "tenants" in changed:
            wanted = set(props.tenants or ())
            _expel(call, self.physical_id, {each for tenants in call.maybe("tenants") for each in tenants} - wanted)
            _admit(call, self.physical_id, wanted)

    def delete(self, call: Call) -> None:
        if self.record.physical_id is not None and not call.data.get(DROPPED):
            with contextlib.suppress(CloudGone):
                call.cloud.compute.delete(_path(self.physical_id))

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.cloud.compute.get(_path(self.physical_id))["flavor"])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        specs, wanted = _specs(call, self.physical_id), call.wanted.get("extra_specs") or {}
        return {"extra_specs": wanted if specs == _texts(wanted) else specs}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return _specs(call, self.physical_id) if name == "extra_specs" else live.get(PUBLIC)

    def _wanted(self, props: Props) -> dict[str, Any]:
        wanted = {
            "name": props.name or self.record.physical_name,
            "ram": props.ram,
            "vcpus": props.vcpus,
            "disk": props.disk,
            "swap": props.swap,
            "rxtx_factor": props.rxtx_factor,
            EPHEMERAL: props.ephemeral,
            PUBLIC: props.is_public,
        }
        return {**wanted, "id": props.flavorid} if props.flavorid else wanted

    def _note_afterwards(self, call: Call, props: Props) -> None:
        projects = [] if props.is_public else list(props.tenants or ())
        call.progress[AFTERWARDS] = {"extra_specs": dict(props.extra_specs or {}), "tenants": projects}


def _path(flavor_id: str) -> str:
    return f"/flavors/{urllib.parse.quote(flavor_id, safe='')}"


def _specs(call: Call, flavor_id: str) -> dict[str, str]:
    return dict(call.cloud.compute.get(f"{_path(flavor_id)}/os-extra_specs")["extra_specs"])


def _set_specs(call: Call, flavor_id: str, specs: Mapping[str, Any]) -> None:
    if specs:
        call.cloud.compute.post(f"{_path(flavor_id)}/os-extra_specs", {"extra_specs": _texts(specs)})


def _texts(specs: Mapping[str, Any]) -> dict[str, str]:
    """Nova keeps text only."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in specs.items()}


def _drop_spec(call: Call, flavor_id: str, key: str) -> None:
    with contextlib.suppress(CloudGone):
        call.cloud.compute.delete(f"{_path(flavor_id)}/os-extra_specs/{urllib.parse.quote(key, safe='')}")


def _admit(call: Call, flavor_id: str, projects: Collection[str]) -> None:
    for project in sorted(projects):
        with contextlib.suppress(CloudConflict):
            call.cloud.compute.post(f"{_path(flavor_id)}/action", {"addTenantAccess": {"tenant": project}})


def _expel(call: Call, flavor_id: str, projects: Collection[str]) -> None:
    for project in sorted(projects):
        with contextlib.suppress(CloudGone):
            call.cloud.compute.post(f"{_path(flavor_id)}/action", {"removeTenantAccess": {"tenant": project}})
