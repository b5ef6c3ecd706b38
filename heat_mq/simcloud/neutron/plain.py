"""Kinds that are told by their class values: what they refer to, what states they pass through."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import Attribute
from heat_mq.simcloud.neutron.checks import text
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, Kind
from heat_mq.simcloud.refusal import Refusal, conflict
from heat_mq.simcloud.store import GONE, Document, forget_later, later

#: What the services beside the core know of every object of theirs, and what most of them let be written.
BASE = tuple(each for each in STANDARD if each.name in ("id", "project_id", "tenant_id"))
DESCRIBED = (*BASE, NAME, Attribute("description", text(), ""))
STATUS = Attribute("status", post=False, put=False)
PENDING_SECONDS = 0.3


class Plain(Kind):
    """A kind that shows its attributes and nothing else.

    ``settles`` is the status that a new or changed object has soon, "" for kinds without one: until then it is
    PENDING_CREATE or PENDING_UPDATE, and ``busy`` (status of the answer, type, message with ``{}`` for the id) refuses
    updates of it; a deleted one is PENDING_DELETE for a while. ``once`` are the values of which no project has two
    objects, ``double`` the type and message of the 409.
    """

    settles: ClassVar[str] = ""
    busy: ClassVar[tuple[int, str, str] | None] = None
    once: ClassVar[tuple[str, ...]] = ()
    double: ClassVar[tuple[str, str]] = ("", "")
    counted = False

    def make(self, caller: Caller, document: Document) -> Document:
        same = {name: document[name] for name in (*self.once, "project_id")}
        if self.once and self.documents.where(**same):
            type, message = self.double
            raise conflict(message.format(**document), type)
        self._settle(document, "PENDING_CREATE")
        return self.documents.save(document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        document.update(values)
        self._settle(document, "PENDING_UPDATE")

    def unmake(self, document: Document) -> None:
        if not self.settles:
            super().unmake(document)
            return
        forget_later(document)
        document["status"] = "PENDING_DELETE"
        later(document, self.network.now() + PENDING_SECONDS, **{GONE: True})
        self.documents.save(document)

    def modifiable(self, caller: Caller, id: str, verb: str) -> Document:
        document = super().modifiable(caller, id, verb)
        if verb == "update" and self.busy is not None and str(document["status"]).startswith("PENDING_"):
            status, type, message = self.busy
            raise Refusal(status, message.format(id), type=type)
        return document

    def sees(self, caller: Caller, document: Document) -> bool:
        return bool(document.get("shared")) or super().sees(caller, document)

    def view(self, caller: Caller, document: Document) -> Document:
        return {key: value for key, value in super().view(caller, document).items() if key in self.attributes}

    def _settle(self, document: Document, first: str) -> None:
        if self.settles:
            document["status"] = first
            later(document, self.network.now() + PENDING_SECONDS, status=self.settles)
