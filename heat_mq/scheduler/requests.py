"""What a node's coroutine asks of the loop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Generator, Hashable
from typing import Any

from heat_mq.clients.turns import Ticket
from heat_mq.resources.kit import Watch
from heat_mq.traversal.records import Change, Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Commit:
    """Write this change; resume with its :class:`Verdict` once it is in the database."""

    change: Change


@dataclasses.dataclass(slots=True, eq=False)
class Look:
    """An object that a node waits for, among those of its ``collection``.

    ``ask`` lists objects of the collection by id (None: there is no such list). ``found`` is the object as a list has
    shown it when the node resumes, None when the node has to look itself.
    """

    watch: Watch
    collection: Hashable
    ask: Callable[[Collection[str]], dict[str, dict[str, Any]] | None]
    found: dict[str, Any] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Sleep:
    """Resume after ``seconds`` with WRITTEN; sooner, with SUPERSEDED or DRAINING, when the node should let go.

    With a ``look`` the loop may look in the node's stead, and let it sleep on while there is nothing to do.
    """

    seconds: float
    look: Look | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """Resume with WRITTEN when it is the ticket's turn; sooner, as from a sleep, when the node should let go."""

    ticket: Ticket


Request = Commit | Sleep | Turn
Coroutine = Generator[Request, Verdict, None]
