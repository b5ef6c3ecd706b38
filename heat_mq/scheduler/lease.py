"""This worker's own lease: held while the database has renewed it lately enough."""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from heat_mq.clock import Clock
from heat_mq.db.repo import engines, nodes
from heat_mq.db.session import Database
from heat_mq.errors import LostLease, StopActing
from heat_mq.traversal.records import Lease


class EngineLease:
    """One row that covers every node this worker owns.

    ``check`` is called before each call that changes a cloud: by this machine's monotonic clock the last renewal must
    be younger than the lease less a margin, so that no other worker can own our nodes yet.
    """

    MARGIN = 0.2

    def __init__(
        self,
        database: Database,
        clock: Clock,
        engine_id: str,
        *,
        host: str,
        hostname: str,
        topic: str,
        lease_seconds: float,
        heartbeat_seconds: float,
    ) -> None:
        self.engine_id = engine_id
        self.heartbeat_seconds = heartbeat_seconds
        self._database = database
        self._clock = clock
        self._host = host
        self._hostname = hostname
        self._topic = topic
        self._seconds = lease_seconds
        self._until = float("-inf")
        self._lock = threading.Lock()
        self._acting = threading.local()

    def register(self) -> None:
        """Write the engine's row; the lease begins."""
        asked = self._clock.monotonic()
        self._database.write(
            engines.register_engine,
            engine_id=self.engine_id,
            host=self._host,
            hostname=self._hostname,
            topic=self._topic,
            report_interval=int(self.heartbeat_seconds),
            lease_seconds=self._seconds,
            now=self._now(),
        )
        self._extend(asked)

    def renew(self) -> bool:
        """Prolong the lease; False when it had run out, and everything owned is lost."""
        asked = self._clock.monotonic()
        if not self._database.write(engines.renew_engine, self.engine_id, self._seconds, self._now()):
            self._until = float("-inf")
            return False
        self._extend(asked)
        return True

    def register_again(self) -> None:
        """After the lease ran out: a new row, under a new id, so that no old fence can be ours."""
        self.engine_id = str(uuid.uuid4())
        self.register()

    def remove(self) -> None:
        """Give the lease back at once."""
        self._until = float("-inf")
        self._database.write(engines.remove_engines, [self.engine_id])

    @contextmanager
    def acting_as(self, engine_id: str, node: Lease | None = None) -> Iterator[None]:
        """What this thread does meanwhile is about ``node``, which was claimed under ``engine_id`` ("": under none)."""
        self._acting.engine_id, self._acting.node = engine_id, node
        try:
            yield
        finally:
            self._acting.engine_id = self._acting.node = None

    def confirm(self, connection: Connection) -> None:
        """Raise LostLease unless the node at work in this thread is still ours; it stays so until the commit.

        For transactions that are a step's effect, as on a nested stack: whoever stood still meanwhile must not undo
        what its successor did. A thread that works for no node passes.
        """
        node: Lease | None = getattr(self._acting, "node", None)
        if node is not None and not nodes.guard_leases(connection, self._acting.engine_id, {node.key: node.fence}):
            raise LostLease(f"node {node.key} is another worker's")

    def check(self) -> None:
        """Raise StopActing when the lease may have run out, or ran out since the nodes at work were claimed."""
        claimed_as = getattr(self._acting, "engine_id", None) or self.engine_id
        if claimed_as != self.engine_id:
            raise StopActing(f"engine {claimed_as} has lost its lease, its nodes are another's")
        if self._clock.monotonic() > self._until:
            raise StopActing(f"engine {self.engine_id} has not renewed its lease in time")

    @property
    def held(self) -> bool:
        return self._clock.monotonic() <= self._until

    def _extend(self, asked: float) -> None:
        with self._lock:
            self._until = asked + self._seconds * (1 - self.MARGIN)

    def _now(self) -> datetime.datetime:
        return self._clock.now().replace(tzinfo=None)
