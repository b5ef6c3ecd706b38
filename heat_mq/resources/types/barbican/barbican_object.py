"""What the types have in common whose physical object is one object of Barbican."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import DONE, Call, CloudGone, Failed, Outcome, Props, Resource, Watch
from heat_mq.resources.kit.polling import wait


class BarbicanObject(Resource):
    """A secret, an order, a container; subclasses name their ``kind``. Its physical id is its URL.

    An interrupted create is found by the physical name. Barbican offers nothing by which to tell whose an object is
    that the template names, since names are not unique there and objects are never changed: then another one is made,
    and one that was made and not noted stays in the project.
    """

    service = "key-manager"
    kind: ClassVar[str] = ""

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        """What a create sends, but for the name."""
        raise NotImplementedError

    def with_name(self, body: dict[str, Any], name: str) -> dict[str, Any]:
        """Where Barbican wants the name."""
        return {**body, "name": name}

    def name_of(self, live: Mapping[str, Any]) -> Any:
        return live.get("name")

    def find_existing(self, call: Call, props: Props) -> str | None:
        if props.name:
            return None
        for each in call.api.each(f"/{self.kind}s", f"{self.kind}s"):
            if self.name_of(each) == self.record.physical_name:
                return str(each[f"{self.kind}_ref"])
        return None

    def create(self, call: Call, props: Props) -> str:
        body = self.with_name(self.body(call, props), props.name or self.record.physical_name)
        return str(call.api.post(f"/{self.kind}s", body)[f"{self.kind}_ref"])

    def check_create(self, call: Call) -> Outcome:
        live = self.read(call)
        if live["status"] == "ERROR":
            raise Failed(f"{self.kind} {self.name_of(live)} went to status ERROR{_reason(live)}")
        if live["status"] == "ACTIVE":
            return DONE
        return wait(call, Watch("key-manager", self.kind, self.physical_id, str(live["status"])))

    def needs_replace_failed(self, call: Call) -> bool:
        try:
            return str(self.read(call)["status"]) == "ERROR"
        except CloudGone:
            return True

    def delete(self, call: Call) -> None:
        call.api.delete(path(self.kind, self.physical_id))

    def check(self, call: Call) -> Outcome:
        live = self.read(call)
        if live["status"] == "ERROR":
            raise Failed(f"{self.kind} {self.name_of(live)} is in status ERROR{_reason(live)}")
        return DONE

    def read(self, call: Call) -> dict[str, Any]:
        return call.take_seen(self.physical_id) or dict(call.api.get(path(self.kind, self.physical_id)))


def path(kind: str, reference: str) -> str:
    """Where an object is, by its URL: another host may stand in that than the one we reach Barbican by."""
    return f"/{kind}s/{reference.rstrip('/').rpartition('/')[2]}"


def _reason(live: Mapping[str, Any]) -> str:
    parts = [str(live[key]) for key in ("error_status_code", "error_reason") if live.get(key)]
    return f": {' '.join(parts)}" if parts else ""
