"""A broker whose messages come late, in any order, twice or never."""

from __future__ import annotations

import random


class Broker:
    """Bells on their way. ``losing`` and ``doubling`` say how likely one is lost or delivered once more later."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._bells = 0
        self.losing = 0.0
        self.doubling = 0.0

    def put(self, count: int) -> None:
        """Bells are alike, so that only how many there are is known; none is rung for nothing."""
        self._bells += count > 0

    def take(self) -> int:
        """How many bells are delivered now; the others are still on their way."""
        out = 0
        for _ in range(self._bells):
            if self._dice.random() < 0.5:
                continue
            if self._dice.random() >= self.doubling:
                self._bells -= 1
            if self._dice.random() >= self.losing:
                out += 1
        return out

    def clear(self) -> None:
        self._bells = 0
