"""What a worker does all the time beside its work: it keeps its lease, and finds what no message announced."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from typing import Protocol

from heat_mq.clock import Clock
from heat_mq.context import working_for
from heat_mq.db.models.traversal import TraversalState
from heat_mq.db.repo.events import trim_events
from heat_mq.db.repo.nodes import Key
from heat_mq.db.repo.traversals import get_traversals
from heat_mq.db.session import Database
from heat_mq.scheduler.lease import EngineLease
from heat_mq.scheduler.limits import Limits
from heat_mq.scheduler.strays import Strays
from heat_mq.traversal.finish import Finished
from heat_mq.traversal.sweep import Swept, purge, sweep

LOG = logging.getLogger(__name__)

TRIMMED_AT_ONCE = 500


class Hands(Protocol):
    """What a worker has in hand, as its upkeep sees it."""

    def held(self) -> Collection[Key]:
        """The nodes."""

    def ring(self) -> None:
        """There may be work."""

    def drop_all(self) -> None:
        """The nodes are another's."""

    def let_go_of(self, traversal_ids: Collection[str]) -> None:
        """These traversals are over."""


class Upkeep:
    """``others`` engines were alive at the last sweep."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease: EngineLease,
        limits: Limits,
        hands: Hands,
        stopping: threading.Event,
    ) -> None:
        self.others = 0
        self._database = database
        self._clock = clock
        self._lease = lease
        self._limits = limits
        self._hands = hands
        self._stopping = stopping
        self._strays = Strays(database)
        #: Stacks whose actions have ended and whose events were not counted since.
        self._ended: set[str] = set()
        self._lock = threading.Lock()

    def ended(self, actions: Collection[Finished]) -> None:
        """These have ended: the log says so, and the events of their stacks are counted at the next sweep."""
        for item in actions:
            with working_for(item.request_id):
                LOG.info("stack %s: %s %s", item.stack_id, item.action, item.status)
        with self._lock:
            self._ended.update(item.stack_id for item in actions)

    # --- the lease ----------------------------------------------------------------------------

    def beat(self) -> None:
        """Renew the lease again and again, until the worker stops."""
        while not self._stopping.wait(self._lease.heartbeat_seconds):
            try:
                if not self._lease.renew():
                    self.start_anew()
            except Exception:
                LOG.exception("cannot renew the lease of engine %s", self._lease.engine_id)

    def start_anew(self) -> None:
        """The lease ran out: others have our nodes. Drop them all and register again."""
        former = self._lease.engine_id
        LOG.error("engine %s lost its lease: %d nodes are dropped", former, len(self._hands.held()))
        self._hands.drop_all()
        self._lease.register_again()
        LOG.warning("engine %s goes on as %s", former, self._lease.engine_id)

    # --- sweeps -------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Sweep again and again, until the worker stops."""
        while not self._stopping.wait(self._limits.sweep_seconds):
            try:
                self.sweep_once()
            except Exception:
                LOG.exception("a sweep failed")

    def sweep_once(self) -> Swept:
        """Find what no message announced; let go of what was superseded."""
        swept = self._database.write(sweep, self._clock.now().replace(tzinfo=None))
        if swept.freed:
            LOG.warning("%d nodes of dead engines are taken over", swept.freed)
        self.ended(swept.finished)
        self.others = swept.engines - 1
        strays = self._strays.give_back(self._lease.engine_id, self._hands.held)
        if swept.ready or strays:
            self._hands.ring()
        self.let_go_of_superseded()
        self._database.write(purge)
        self._trim_events()
        return swept

    def let_go_of_superseded(self) -> None:
        """Nodes in hand whose traversals are over end as soon as they can."""
        mine = {traversal_id for traversal_id, _ in self._hands.held()}
        if mine:
            rows = self._database.read(get_traversals, mine)
            over = {key for key, row in rows.items() if row.state != TraversalState.RUNNING}
            self._hands.let_go_of(over)

    def _trim_events(self) -> None:
        with self._lock:
            some = [self._ended.pop() for _ in range(min(len(self._ended), TRIMMED_AT_ONCE))]
        if some:
            self._database.write(trim_events, some, self._limits.events, self._limits.events_dropped)
