"""Changing the size of a group from outside: what a policy asks for, and what the group makes of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Adjustment:
    """What a signal asks for.

    ``group`` is the group's reference id or name, ``kind`` one of :data:`heat_mq.resources.groups.capacity.KINDS`,
    ``min_step`` the least change of a percentage. ``cooldown`` are seconds that follow the change (None: the group's
    own). ``shown_kind`` is the word that the user's template has for the kind.
    """

    group: str
    kind: str
    amount: float
    min_step: int | None = None
    cooldown: float | None = None
    shown_kind: str = ""

    @property
    def text(self) -> str:
        """What a cooldown follows from, as the group's metadata tells it."""
        return f"{self.shown_kind or self.kind} : {self.amount}"


@dataclasses.dataclass(frozen=True, slots=True)
class Resize:
    """What a group does about an adjustment: its child stack is updated to ``child`` (see ``ChildStacks.update``).

    ``before`` and ``after`` are numbers of members; ``cooldown`` are seconds. With ``told`` load balancers are told
    of the members when they have changed.
    """

    child: Mapping[str, Any]
    before: int
    after: int
    cooldown: float
    told: bool = False
