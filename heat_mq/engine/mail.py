"""Signals that guests leave for a handle in an object of Swift or a queue of Zaqar: read, and taken in once each."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from heat_mq.db.records import ResourceRow
from heat_mq.db.repo import events, resources
from heat_mq.errors import UserError
from heat_mq.state.context import StackContext
from heat_mq.state.objects import call_of, resource_of
from heat_mq.traversal.finish import named_event

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

READER: Final = str(uuid.uuid5(uuid.NAMESPACE_URL, "heat_mq:signals"))
"""By what name Zaqar knows us: nothing is claimed, so that all engines may bear the same."""


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """One signal as it was left; ``id`` is what it is called when it does not say that itself."""

    id: str
    details: Any


def read_mail(place: Mapping[str, Any], cloud: Any, guest: Any, known: dict[str, str]) -> list[Letter]:
    """What is left at a place, the oldest first.

    ``cloud`` is that of the stack's owner, ``guest`` that of the handle's user; ``known`` is kept for the next time.
    """
    if "queue" in place:
        messages = guest.service("message").messages(place["queue"], READER)
        return [Letter(str(message["id"]), message["body"]) for message in messages]
    texts = cloud.service("object-store").history(place["container"], place["object"], known)
    return [Letter(str(number), _details(text)) for number, text in enumerate(texts, 1)]


def take_mail(service: Service, context: StackContext, row: ResourceRow, letters: Sequence[Letter]) -> None:
    """Have a handle receive what is left for it; what it has received already changes nothing."""
    if letters:
        service.database.write(_take, service, context, row, letters)


def _take(
    connection: Connection, service: Service, context: StackContext, row: ResourceRow, letters: Sequence[Letter]
) -> None:
    """ONE transaction: the handle's metadata, and an event for each signal that is new."""
    locked = resources.lock_metadata(connection, row.id)
    if locked is None:
        return
    resource = resource_of(context, service.box, locked)
    call = call_of(context, service.box, locked, resource)
    before = dict(locked.metadata or {})
    metadata, told = dict(before), []
    for letter in letters:
        record = dataclasses.replace(resource.record, metadata=metadata)
        details = {"id": letter.id, **letter.details} if isinstance(letter.details, Mapping) else letter.details
        try:
            result = type(resource)(record).signal(call, details)
            metadata, reason = dict(result.metadata or metadata), result.reason
        except UserError as error:
            # Nobody can be told that the signal is wrong but who waits for it.
            metadata = {**metadata, letter.id: {"status": "FAILURE", "reason": error.message, "data": None}}
            reason = f"Signal: status:FAILURE reason:{error.message}"
        told.append(reason)
    new = [reason for reason, letter in zip(told, letters, strict=True) if _id(letter) not in before]
    if metadata != before:
        resources.set_metadata(connection, locked.id, metadata)
        rows = [
            named_event(
                *(locked.stack_id, locked.name, locked.type, "SIGNAL", "COMPLETE", reason, service.now()),
                physical_id=locked.physical_id,
            )
            for reason in new
        ]
        if rows:
            events.insert_events(connection, rows)


def _details(text: str) -> Any:
    """Nothing at all is a success; what is no JSON stays text, which no handle takes."""
    try:
        return json.loads(text) if text.strip() else {}
    except ValueError:
        return text


def _id(letter: Letter) -> str:
    found = letter.details.get("id", letter.id) if isinstance(letter.details, Mapping) else letter.id
    return str(found)
