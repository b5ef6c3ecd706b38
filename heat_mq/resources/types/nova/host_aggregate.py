"""OS::Nova::HostAggregate: compute hosts with something in common; for administrators.

An aggregate begins with the resource's physical name, by which an interrupted create is found, and gets the name that
the template gives once its id is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    List,
    Lookup,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.unfinished import WholeOrNothing

ZONE: Final = "availability_zone"  # Nova keeps it among the metadata too


class HostAggregate(WholeOrNothing, type="OS::Nova::HostAggregate"):
    service = "compute"
    support = Support(version="6.0.0")

    class Properties(Schema):
        name = Str("Name of the aggregate.", required=True, update=IN_PLACE)
        availability_zone = Str("Availability zone that the aggregate makes of its hosts.", update=IN_PLACE)
        hosts = List(
            "Hosts of the aggregate.",
            update=IN_PLACE,
            of=Str("Name of a compute host.", constraint="nova.host", lookup=Lookup("compute", "host")),
        )
        metadata = Map("Key-value pairs for the scheduler.", default={}, update=IN_PLACE)

    def find_existing(self, call: Call, props: Props) -> str | None:
        found = call.api.each("/os-aggregates", "aggregates")
        return next((str(each["id"]) for each in found if each["name"] == self.record.physical_name), None)

    def create(self, call: Call, props: Props) -> str:
        wanted = {"name": self.record.physical_name}
        if props.availability_zone:
            wanted[ZONE] = props.availability_zone
        return str(call.api.post("/os-aggregates", {"aggregate": wanted})["aggregate"]["id"])

    def check_create(self, call: Call) -> Outcome:
        call.api.put(self._path(), {"aggregate": {"name": call.wanted["name"]}})
        self._settle(call, call.wanted)
        return DONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        if ZONE in changed:  # which Nova changes only while no host has servers
            self._drop_hosts(call, self.read(call)["hosts"], props.hosts or ())
        values = {key: props[key] or None for key in ("name", ZONE) if key in changed}
        if values:
            call.api.put(self._path(), {"aggregate": values})
        self._settle(call, props)

    def delete(self, call: Call) -> None:
        self._drop_hosts(call, self.read(call)["hosts"], ())  # Nova deletes none that has hosts
        call.api.delete(self._path())

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(self._path())["aggregate"])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        wanted = call.wanted.get("metadata") or {}
        seen = {name: live[name] for name in ("name", ZONE, "hosts")}
        return {**seen, "metadata": wanted if _metadata(live) == _texts(wanted) else _metadata(live)}

    def _settle(self, call: Call, wanted: Mapping[str, Any]) -> None:
        """Metadata and hosts as wanted, from whatever they are."""
        live = self.read(call)
        before, after = _metadata(live), _texts(wanted.get("metadata") or {})
        if before != after:
            self._act(call, "set_metadata", {"metadata": {**dict.fromkeys(before), **after}})
        hosts = wanted.get("hosts") or ()
        self._drop_hosts(call, live["hosts"], hosts)
        for host in dict.fromkeys(hosts):
            if host not in live["hosts"]:
                self._act(call, "add_host", {"host": host})

    def _drop_hosts(self, call: Call, live: Sequence[str], wanted: Sequence[str]) -> None:
        for host in live:
            if host not in wanted:
                self._act(call, "remove_host", {"host": host})

    def _act(self, call: Call, action: str, details: Mapping[str, Any]) -> None:
        call.api.post(f"{self._path()}/action", {action: dict(details)})

    def _path(self) -> str:
        return f"/os-aggregates/{self.physical_id}"


def _metadata(live: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in live["metadata"].items() if key != ZONE}


def _texts(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Nova keeps text only."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in metadata.items()}
