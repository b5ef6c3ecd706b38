"""OS::Swift::Container: a container of objects.

A container is its name, and making one that is there changes its headers alone.

Every change needs a new resource, and where the template names the container its successor takes over the very same
one. So a container carries the id of the resource that it belongs to, and that of the one from which it was taken over
until that is deleted: a resource deletes what is its own, and hands back what its predecessor still needs.
"""

from __future__ import annotations

import itertools
import urllib.parse
from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    Bool,
    Call,
    CloudConflict,
    CloudGone,
    Failed,
    Int,
    Map,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
    Support,
    Wait,
)

READ: Final = "X-Container-Read"
WRITE: Final = "X-Container-Write"
META: Final = "X-Container-Meta-"
OWNER: Final = f"{META}Heat-Mq-Resource"
BEFORE: Final = f"{META}Heat-Mq-Before"
NOT_MINE: Final = "not_mine"  # progress: another resource goes on with the container
BATCH: Final = 50  # objects that one step deletes


class Container(Resource, type="OS::Swift::Container"):
    service = "object-store"

    class Properties(Schema):
        name = Str("Name of the container; one made of stack and resource when not given.")
        read = Str("Who may read its objects.", name=READ)
        write = Str("Who may write objects.", name=WRITE)
        meta = Map("Metadata of the container, by the end of the header's name.", name="X-Container-Meta", default={})
        account_meta = Map(
            "Metadata of the whole account, by the end of the header's name. It stays when the container goes.",
            name="X-Account-Meta",
            default={},
        )
        PurgeOnDelete = Bool(
            "Whether objects are deleted with the container; without it one that has objects cannot be deleted.",
            default=False,
            support=Support(version="2015.1"),
        )

    class Attributes(Schema):
        DomainName = Str("Name of the host that has it.")
        WebsiteURL = Str("URL of the container.")
        RootURL = Str("URL of the account.")
        ObjectCount = Int("Number of its objects.")
        BytesUsed = Int("Size of its objects, in bytes.")
        HeadContainer = Map("Its headers, in lower case.")

    def find_existing(self, call: Call, props: Props) -> str | None:
        name = self._name(props)
        return name if _look(call, name).get(OWNER.lower()) == self.record.id else None

    def create(self, call: Call, props: Props) -> str:
        name = self._name(props)
        headers = self._headers(props)
        before = _look(call, name)
        owner = before.get(OWNER.lower(), "")
        if owner not in ("", self.record.id):
            stale = {key: "" for key in before if key.startswith(META.lower())} | {READ: "", WRITE: ""}
            headers = _merged(stale, headers, {BEFORE: owner})
        _send(call, "PUT", _path(name), headers)
        return name

    def check_create(self, call: Call) -> Outcome:
        account = {f"X-Account-Meta-{key}": str(value) for key, value in call.wanted["X-Account-Meta"].items()}
        if account:
            _send(call, "POST", "", account)
        return DONE

    def adopt(self, call: Call, props: Props) -> str:
        self._post(call, {OWNER: self.record.id})
        return self.physical_id

    def is_same(self, successor: Props) -> bool:
        """Whose it is the container itself says, and :meth:`delete` has to note that this one is gone."""
        return False

    def restore_replaced(self, call: Call) -> Outcome:
        """The successor handed the container back with its own headers, or deleted one with another name."""
        if _look(call, self.physical_id).get(OWNER.lower()) == self.record.id:
            self._post(call, _merged({READ: "", WRITE: ""}, self._headers(self.record.properties)))
        return DONE

    def delete(self, call: Call) -> None:
        live = self.read(call)
        owner, before = (live.get(key.lower(), "") for key in (OWNER, BEFORE))
        if owner not in ("", self.record.id):
            call.progress[NOT_MINE] = True
            if before == self.record.id:
                self._post(call, {BEFORE: ""})
        elif before:
            call.progress[NOT_MINE] = True
            mine = {f"{META}{key}": "" for key in self.record.properties["X-Container-Meta"]}
            self._post(call, {**mine, OWNER: before, BEFORE: ""})

    def check_delete(self, call: Call) -> Outcome:
        if call.progress.get(NOT_MINE):
            return DONE
        purge = bool(self.record.properties.get("PurgeOnDelete"))
        try:
            if purge and self._delete_some(call):
                return Wait(0.1)
            call.api.delete(_path(self.physical_id))
        except CloudGone:
            return DONE
        except CloudConflict as conflict:
            if purge:  # somebody has just put another one into it
                raise
            reason = f"{conflict.message} It has objects, and PurgeOnDelete is false."
            raise Failed(f"The container {self.physical_id} cannot be deleted: {reason}") from None
        return DONE

    def _delete_some(self, call: Call) -> bool:
        """Delete a few objects; whether there were any."""
        names = [name for name, _ in itertools.islice(call.api.list_objects(self.physical_id), BATCH)]
        for name in names:
            call.api.delete_object(self.physical_id, name)
        return bool(names)

    def read(self, call: Call) -> dict[str, Any]:
        return _head(call, self.physical_id)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        root = call.api.endpoint().rstrip("/")
        match name:
            case "DomainName":
                return urllib.parse.urlsplit(root).hostname
            case "RootURL":
                return root
            case "WebsiteURL":
                return f"{root}{_path(self.physical_id)}"
            case "ObjectCount":
                return int(live["x-container-object-count"])
            case "BytesUsed":
                return int(live["x-container-bytes-used"])
        return dict(live)

    def _headers(self, props: Mapping[str, Any]) -> dict[str, str]:
        access = {key: props[key] for key in (READ, WRITE) if props[key]}
        return {**access, **{f"{META}{key}": str(value) for key, value in props["X-Container-Meta"].items()}} | {
            OWNER: self.record.id
        }

    def _post(self, call: Call, headers: Mapping[str, str]) -> None:
        _send(call, "POST", _path(self.physical_id), headers)

    def _name(self, props: Props) -> str:
        return str(props.name or self.record.physical_name)


def _look(call: Call, name: str) -> dict[str, str]:
    """The headers of a container, none when it is not there."""
    try:
        return _head(call, name)
    except CloudGone:
        return {}


def _head(call: Call, name: str) -> dict[str, str]:
    headers = call.api.request("HEAD", _path(name)).headers
    return {key.lower(): value.encode("latin-1", "replace").decode(errors="replace") for key, value in headers.items()}


def _send(call: Call, method: str, path: str, headers: Mapping[str, str]) -> None:
    """Swift takes headers as UTF-8, which HTTP libraries do not write by themselves."""
    call.api.request(method, path, headers={key: value.encode().decode("latin-1") for key, value in headers.items()})


def _path(name: str) -> str:
    return f"/{urllib.parse.quote(name, safe='')}"


def _merged(*parts: Mapping[str, str]) -> dict[str, str]:
    """Headers of which the later ones count, whatever their case."""
    merged: dict[str, tuple[str, str]] = {}
    for part in parts:
        merged |= {key.lower(): (key, value) for key, value in part.items()}
    return dict(merged.values())
