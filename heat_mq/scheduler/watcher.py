"""Looks at the objects that nodes wait for: with one list for many, or by leaving each to its node where they are few.

A node that waits for an object's status sleeps until a list shows another one, or does not show the object. What the
list says of an object that goes on is handed to the node; one in error or gone the node reads itself, so that what is
told to users comes from the object.
"""

from __future__ import annotations

import dataclasses
import itertools
import logging
import threading
from collections.abc import Callable, Hashable
from typing import Any, Final

from heat_mq.clock import Clock
from heat_mq.errors import Error
from heat_mq.scheduler.requests import Look
from heat_mq.scheduler.timers import Timers

LOG = logging.getLogger(__name__)

#: Lists of one collection begin at least so many seconds apart, and so many times as long as the last one took.
EVERY: Final = 0.5
SHARE: Final = 4.0
#: Who is due within so many seconds is due: thousands with times of their own take few turns.
SLACK: Final = 0.05
#: Waits for an object that has not changed grow by this factor, to so many seconds.
GROWTH: Final = 1.15
LONGEST: Final = 8.0
#: Seconds without lists after one that failed or showed little of what was looked for.
AFTER_FAILURE: Final = 60.0


@dataclasses.dataclass(slots=True, eq=False)
class _Waiter:
    look: Look
    seconds: float
    due: float
    wake: Callable[[], None]


class _Collection:
    """Who waits for objects of one kind in one project."""

    def __init__(self) -> None:
        self.waiters: dict[int, _Waiter] = {}
        self.listing = False
        self.next_list = float("-inf")
        self.singly_until = float("-inf")
        self.tick_at = float("inf")


class Watcher:
    """``add`` a waiter; it is woken once. Takes no thread but for the length of a list, one for each collection.

    ``run`` has something done beside the caller; ``many`` are so many waiters that a list pays.
    """

    def __init__(self, clock: Clock, timers: Timers, run: Callable[[Callable[[], None]], None], many: int) -> None:
        self._clock = clock
        self._timers = timers
        self._run = run
        self._many = many
        self._lock = threading.Lock()
        self._collections: dict[Hashable, _Collection] = {}
        self._numbers = itertools.count()

    def add(self, look: Look, seconds: float, wake: Callable[[], None]) -> Callable[[], bool]:
        """Have ``wake`` called when there is something to do about the object, the first look being in ``seconds``.

        The answer forgets the waiter; it says False when it was woken before.
        """
        number = next(self._numbers)
        with self._lock:
            collection = self._collections.setdefault(look.collection, _Collection())
            due = self._clock.monotonic() + seconds
            collection.waiters[number] = _Waiter(look, seconds, due, wake)
            self._tick_by(look.collection, collection, due)

        def cancel() -> bool:
            with self._lock:
                return collection.waiters.pop(number, None) is not None

        return cancel

    @property
    def waiting(self) -> int:
        with self._lock:
            return sum(len(collection.waiters) for collection in self._collections.values())

    # --- time ---------------------------------------------------------------------------------

    def _tick_by(self, key: Hashable, collection: _Collection, due: float) -> None:
        """See that the collection is looked after at ``due``. The lock is held."""
        if due < collection.tick_at:
            collection.tick_at = due
            self._timers.at(max(due - self._clock.monotonic(), 0.0), lambda: self._tick(key))

    def _tick(self, key: Hashable) -> None:
        """Wake who is due, or begin a list for all."""
        woken: list[_Waiter] = []
        with self._lock:
            collection = self._collections.get(key)
            now = self._clock.monotonic()
            if collection is None or now < collection.tick_at:
                return  # a later tick was put in place of this one
            collection.tick_at = float("inf")
            if collection.listing:
                return
            due = [number for number, waiter in collection.waiters.items() if waiter.due <= now + SLACK]
            begins = False
            lists = bool(due) and len(collection.waiters) >= self._many and now >= collection.singly_until
            if lists and now >= collection.next_list:
                collection.listing = begins = True
            elif lists:
                self._tick_by(key, collection, collection.next_list)
                return
            else:
                woken = [collection.waiters.pop(number) for number in due]
                self._rest(key, collection)
        for waiter in woken:
            waiter.wake()
        if begins:
            self._run(lambda: self._list(key, collection))

    def _rest(self, key: Hashable, collection: _Collection) -> None:
        """Wait for the next that is due; forget a collection that nobody waits for. The lock is held."""
        if collection.waiters:
            self._tick_by(key, collection, min(waiter.due for waiter in collection.waiters.values()))
        elif self._clock.monotonic() < collection.singly_until:
            self._tick_by(key, collection, collection.singly_until)
        else:
            del self._collections[key]

    # --- list ---------------------------------------------------------------------------------

    def _list(self, key: Hashable, collection: _Collection) -> None:
        with self._lock:
            asked = dict(collection.waiters)
        began = self._clock.monotonic()
        found = self._ask([waiter.look for waiter in asked.values()])
        woken: list[_Waiter] = []
        with self._lock:
            now = self._clock.monotonic()
            collection.listing = False
            collection.next_list = began + max(EVERY, SHARE * (now - began))
            if found is None or len(found) * 2 < len(asked):
                collection.singly_until = now + AFTER_FAILURE
            for number, waiter in asked.items():
                if number not in collection.waiters:
                    continue
                if found is not None and _goes_on(waiter.look, found):
                    waiter.seconds = min(max(waiter.seconds, EVERY) * GROWTH, LONGEST)
                    waiter.due = now + waiter.seconds
                elif found is not None or waiter.due <= now:
                    woken.append(collection.waiters.pop(number))
            self._rest(key, collection)
        for waiter in woken:
            waiter.wake()

    def _ask(self, looks: list[Look]) -> dict[str, dict[str, Any]] | None:
        """Objects by id, None when there is no list to be had."""
        if not looks:
            return {}
        last = looks[-1]
        try:
            found: dict[str, dict[str, Any]] | None = last.ask({look.watch.id for look in looks})
        except Error as error:
            LOG.info("%s are looked at one by one: %s", last.watch.kind, error)
            return None
        except Exception:
            LOG.exception("%s are looked at one by one", last.watch.kind)
            return None
        LOG.debug("a list shows %d of %d %ss that are waited for", len(found or ()), len(looks), last.watch.kind)
        return found


def _goes_on(look: Look, found: dict[str, dict[str, Any]]) -> bool:
    """Whether the object is still in the status it was in; notes it for the node otherwise, unless it is in error."""
    shown = found.get(look.watch.id)
    if shown is None:
        return False
    status = str(shown.get("status"))
    if status == look.watch.status:
        return True
    if not status.upper().startswith("ERROR"):
        look.found = shown
    return False
