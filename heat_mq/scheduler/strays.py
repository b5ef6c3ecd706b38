"""Nodes that the database says are ours and nobody works on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from heat_mq.db.repo import nodes
from heat_mq.db.repo.nodes import Key
from heat_mq.db.session import Database

LOG = logging.getLogger(__name__)


class Strays:
    """Gives back what a worker owns without knowing it.

    When the connection breaks while a claim is committed, nobody heard of it: the claim is repeated and takes other
    nodes, and the first ones belong to an engine whose lease goes on. Giving a node back is safe at any moment, since a
    node's first effect comes after a record with its fence.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[Key, int] = {}

    def give_back(self, engine_id: str, in_hand: Callable[[], Collection[Key]]) -> int:
        """Free what has been owned and not in hand at this call and the one before; answers how many nodes.

        Twice, for what is claimed is not in hand before its definition is read.
        """
        if self._database.read(nodes.count_owned, engine_id) <= len(in_hand()) and not self._seen:
            return 0
        owned = self._database.read(nodes.get_owned, engine_id)
        known = set(in_hand())
        strays = {key: fence for key, fence in owned.items() if key not in known}
        lasting = {key: fence for key, fence in strays.items() if self._seen.get(key) == fence}
        self._seen = strays
        if not lasting:
            return 0
        freed = self._database.write(nodes.free_owned, engine_id, lasting)
        LOG.warning("engine %s gives back %d nodes that it was given without hearing of it", engine_id, freed)
        return freed
