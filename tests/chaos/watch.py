"""What the database and the cloud hold, seen from outside of the system."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import TypeVar

import sqlalchemy
from sqlalchemy import Connection, select

from heat_mq.db import tables
from heat_mq.db.models.traversal import NodeState
from heat_mq.traversal.integrity import check
from tests.acceptance.cloud import Cloud
from tests.waiting import PATIENCE

T = TypeVar("T")
#: Kinds of objects in the cloud by resource type.
KINDS = {
    "OS::Neutron::Net": "network/networks",
    "OS::Neutron::Subnet": "network/subnets",
    "OS::Neutron::Port": "network/ports",
    "OS::Neutron::SecurityGroup": "network/security_groups",
    "OS::Nova::Server": "compute/servers",
    "OS::Cinder::Volume": "volume/volumes",
}
Held = frozenset[tuple[str, int, int]]


class Watch:
    """Reads the database by a way of its own, which nobody cuts; waits while the server is down."""

    def __init__(self, url: str) -> None:
        self._engine = sqlalchemy.create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")

    def read(self, work: Callable[[Connection], T]) -> T:
        """The answer of ``work``; what the database says when it has refused for longer than it may be down."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with self._engine.connect() as connection:
                    return work(connection)
            except sqlalchemy.exc.DBAPIError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        self._engine.dispose()

    def states(self) -> dict[str, str]:
        """``ACTION_STATUS`` of each live stack by name."""
        stack = tables.stack.c
        query = select(stack.name, stack.action, stack.status).where(stack.deleted_at.is_(None))
        return {row.name: f"{row.action}_{row.status}" for row in self.read(lambda c: c.execute(query).all())}

    def held(self, engine_ids: Collection[str]) -> Held:
        """The nodes that engines have in hand, with their fences."""
        node = tables.node.c
        query = select(node.traversal_id, node.seq, node.fence).where(
            node.engine_id.in_(list(engine_ids)), node.state == NodeState.LEASED
        )
        return frozenset(tuple(row) for row in self.read(lambda c: c.execute(query).all()))

    def illegal(self) -> list[str]:
        """What in the stored state is not legal."""
        return self.read(check)

    def missing(self, cloud: Cloud, before: dict[str, dict[str, object]]) -> list[str]:
        """How the cloud differs from the rows: missing objects, orphans, duplicates."""
        row = tables.resource.c
        query = select(row.implementation, row.name, row.physical_id)
        rows = [tuple(item) for item in self.read(lambda c: c.execute(query).all())]
        there = cloud.objects()
        wrongs: list[str] = []
        for type_name, kind in KINDS.items():
            wanted = Counter(id for type_, _, id in rows if type_ == type_name)
            found = {id: item for id, item in there.get(kind, {}).items() if id not in before.get(kind, {})}
            names = Counter(str(item["name"]) for item in found.values())
            wrongs += [f"{kind} {id} has {count} rows" for id, count in wanted.items() if count > 1]
            wrongs += [f"{kind} {id} is missing" for id in wanted if id not in found]
            for id, item in found.items():
                if id not in wanted:
                    twice = names[str(item["name"])] > 1
                    wrongs.append(f"{kind} {id} ({item['name']}) is {'a duplicate' if twice else 'an orphan'}")
        return wrongs

    def count_resources(self) -> int:
        return self.read(lambda c: c.scalar(select(sqlalchemy.func.count()).select_from(tables.resource)) or 0)


@dataclasses.dataclass(slots=True)
class Recovery:
    """How long the nodes of killed workers stayed theirs."""

    what: str
    nodes: int
    seconds: float | None = None


class Recoveries:
    """Measures, for each kill, until the last node of the killed is another's or has ended."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        self.found: list[Recovery] = []

    def begin(self, what: str, engine_ids: Collection[str]) -> None:
        """Right after a kill."""
        begun = time.monotonic()
        thread = threading.Thread(target=self._measure, args=(what, tuple(engine_ids), begun), daemon=True)
        thread.start()
        self._threads.append(thread)

    def _measure(self, what: str, engine_ids: Collection[str], begun: float) -> None:
        held = self._watch.held(engine_ids)
        entry = Recovery(what, len(held))
        self.found.append(entry)
        while held & self._watch.held(engine_ids):
            if self._over.wait(0.25):
                return
        entry.seconds = time.monotonic() - begun

    def end(self, seconds: float) -> None:
        """Wait for those that still run; who has not recovered by then is not watched any more."""
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0.0))
        self._over.set()

    @property
    def longest(self) -> float:
        """Seconds; infinite when one has not ended."""
        return max((float("inf") if e.seconds is None else e.seconds for e in self.found if e.nodes), default=0.0)

    def told(self) -> str:
        took = sorted(e.seconds for e in self.found if e.nodes and e.seconds is not None)
        middle = took[len(took) // 2] if took else 0.0
        nodes, busy = sum(e.nodes for e in self.found), sum(1 for e in self.found if e.nodes)
        return (
            f"{len(self.found)} kills, {busy} of them with work in hand ({nodes} nodes):"
            f" recovered after {middle:.1f} s in the middle, {self.longest:.1f} s at most"
        )
