"""What a node's coroutine asks of the loop."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator

from heat_mq.traversal.records import Change, Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Commit:
    """Write this change; resume with its :class:`Verdict` once it is in the database."""

    change: Change


@dataclasses.dataclass(frozen=True, slots=True)
class Sleep:
    """Resume after ``seconds`` with WRITTEN; sooner, with SUPERSEDED or DRAINING, when the node should let go."""

    seconds: float


Request = Commit | Sleep
Coroutine = Generator[Request, Verdict, None]
