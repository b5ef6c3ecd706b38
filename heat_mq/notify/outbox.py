"""Sends what waits in the outbox: each notification at least once, the oldest first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from heat_mq import concurrency
from heat_mq.db.repo import notices
from heat_mq.db.session import Database
from heat_mq.notify.messages import Send

LOG = logging.getLogger(__name__)

AT_ONCE: Final = 100


class Sender:
    """Looks every ``seconds``, and at each end of a batch that was full.

    ``send`` None: nobody wants them. Then what is left of a time when somebody did is dropped, and no look follows.
    """

    def __init__(self, database: Database, send: Send | None, is_reachable: Callable[[], bool], seconds: float) -> None:
        self._database = database
        self._send = send
        self._is_reachable = is_reachable
        self._seconds = seconds
        self._stopping = threading.Event()

    def start(self) -> None:
        concurrency.spawn(self._loop, name="notifications")

    def stop(self) -> None:
        self._stopping.set()

    def send_waiting(self) -> int:
        """Send some and answer how many; those that meet no broker wait."""
        if not self._database.read(notices.any_notice) or (self._send is not None and not self._is_reachable()):
            return 0
        return self._database.write(self._send_some)

    def _send_some(self, connection: Connection) -> int:
        """They are locked while they are sent, so that no other engine sends them; a death repeats them."""
        waiting = notices.lock_notices(connection, AT_ONCE)
        for row in waiting:
            if self._send is not None:
                self._send(row.event_type, row.payload, row.failed)
        if waiting:
            notices.remove_notices(connection, [row.id for row in waiting])
        return len(waiting)

    def _loop(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                while self.send_waiting() == AT_ONCE and not self._stopping.is_set():
                    pass
                if self._send is None:
                    return
            except Exception:
                LOG.exception("notifications could not be sent; trying again")
