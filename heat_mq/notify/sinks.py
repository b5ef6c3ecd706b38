"""Tells event sinks of what happened: after the commit, in order for each stack, at least once.

What is promised: events are written to an outbox together with what they tell of. A worker takes a stack's turn, tells
what waits in batches, and then takes it out. One that dies repeats at most one batch. A sink that cannot be reached
costs nobody else anything: its stack is tried again after growing pauses, and after :data:`TRIES` its events are
dropped.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Sequence
from typing import Any, Final, Protocol

from heat_mq import concurrency
from heat_mq.db.records import EventRow
from heat_mq.db.repo import sinks
from heat_mq.db.session import Database

LOG = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""Events in one batch."""
STACKS: Final = 8
"""Stacks whose events a worker tells side by side."""
TURN_SECONDS: Final = 300.0
"""After so long a worker that has neither told a batch nor ended its turn counts as dead."""
TRIES: Final = 12
LONGEST_PAUSE: Final = 300.0
MOST_BYTES: Final = 200_000
"""Of messages in one call: Zaqar takes 256 KiB by default."""


class Postponed(Exception):
    """Not yet, for no fault of anybody's."""


class Outlet(Protocol):
    """Where a stack's events go; the engine provides it."""

    def post(self, stack_id: str, events: Sequence[EventRow]) -> None:
        """Tell each sink of the stack; raises when one could not be told, and Postponed before any was."""

    def finish(self, stack_id: str, events: Sequence[EventRow]) -> None:
        """Called when these are told and before they are forgotten."""

    def give_up(self, stack_id: str) -> None:
        """Called when events of the stack are dropped."""


class SinkSender:
    """Looks every ``seconds``."""

    def __init__(self, database: Database, outlet: Outlet, seconds: float) -> None:
        self._database = database
        self._outlet = outlet
        self._seconds = seconds
        self._stopping = threading.Event()

    def start(self) -> None:
        concurrency.spawn(self._loop, name="event sinks")

    def stop(self) -> None:
        self._stopping.set()

    def send_waiting(self) -> int:
        """Tell what waits, of some stacks side by side; answers how many stacks these were."""
        if not self._database.read(sinks.any_waiting):
            return 0
        turns = self._database.write(sinks.take_turns, str(uuid.uuid4()), STACKS, TURN_SECONDS)
        if turns:
            pool = concurrency.pool(len(turns))
            for turn in turns:
                pool.spawn(self.tell, turn)
            pool.join()
        return len(turns)

    def tell(self, turn: sinks.Turn) -> None:
        """Tell a stack's events, and end its turn however that went."""
        try:
            while self._tell_batch(turn) and not self._stopping.is_set():
                pass
        except Postponed:
            self._database.write(sinks.end_turn, turn, tries=turn.tries, pause=self._seconds)
        except Exception as error:
            self._failed(turn, error)
        else:
            self._database.write(sinks.end_turn, turn)

    def _tell_batch(self, turn: sinks.Turn) -> bool:
        """Whether more may wait for this worker."""
        waiting = self._database.read(sinks.get_waiting, turn.stack_id, AT_ONCE)
        if waiting.events:
            self._outlet.post(turn.stack_id, waiting.events)
            self._outlet.finish(turn.stack_id, waiting.events)
        still_mine = not waiting.ids or self._database.write(sinks.told, turn, waiting.ids, TURN_SECONDS)
        return still_mine and len(waiting.ids) == AT_ONCE

    def _failed(self, turn: sinks.Turn, error: Exception) -> None:
        tries = turn.tries + 1
        if tries < TRIES:
            pause = min(2.0**tries, LONGEST_PAUSE)
            LOG.warning("events of stack %s cannot be told, next try in %.0f s: %s", turn.stack_id, pause, error)
            self._database.write(sinks.end_turn, turn, tries=tries, pause=pause)
            return
        if not self._database.write(sinks.renew_turn, turn, TURN_SECONDS):
            return  # another is at it
        dropped = self._database.write(sinks.drop_waiting, turn)
        LOG.error("%d events of stack %s are not told, after %d tries: %s", dropped, turn.stack_id, tries, error)
        self._outlet.give_up(turn.stack_id)
        self._database.write(sinks.end_turn, turn)

    def _loop(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                while self.send_waiting() == STACKS and not self._stopping.is_set():
                    pass
            except Exception:
                LOG.exception("events could not be told; trying again")


def message_of(event: EventRow) -> dict[str, Any]:
    """An event as consumers of Heat's event sinks know it."""
    return {
        "timestamp": event.created_at.replace(microsecond=0).isoformat() + "Z",
        "version": "0.1",
        "type": "os.heat.event",
        "id": event.uuid,
        "payload": {
            "resource_name": event.resource_name,
            "physical_resource_id": event.physical_id,
            "stack_id": event.stack_id,
            "resource_action": event.action,
            "resource_status": event.status,
            "resource_status_reason": event.reason,
            "resource_type": event.resource_type,
            "resource_properties": event.properties,
            "version": "0.1",
        },
    }


def parcels(messages: Sequence[dict[str, Any]], most: int = MOST_BYTES) -> list[list[dict[str, Any]]]:
    """Messages in parts that one call takes, in order. One that is too large by itself stands alone, without what made
    it so."""
    out: list[list[dict[str, Any]]] = []
    size = most
    for message in messages:
        length = len(json.dumps(message))
        if length > most:
            payload = {**message["body"]["payload"], "resource_properties": None}
            payload["resource_status_reason"] = str(payload["resource_status_reason"])[: most // 10]
            message = {**message, "body": {**message["body"], "payload": payload}}
            length = len(json.dumps(message))
        if size + length > most:
            out.append([])
            size = 0
        out[-1].append(message)
        size += length
    return out
