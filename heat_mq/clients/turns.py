"""What a call to a cloud must know of the step that makes it.

A step of a node may come again later: where its first call finds no room, it gives back its thread and queues
(:class:`Queued`). Once it has made a call it waits where it is, since what follows may not be repeated lightly. Callers
that are no step always wait.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Protocol


class Ticket(Protocol):
    """A place in a queue."""

    def wait(self, ready: Callable[[], None]) -> None:
        """Have ``ready`` called once when it is this one's turn, at once when it is already."""

    def cancel(self) -> bool:
        """Leave the queue; False when ``ready`` was called, or the place was used or left before."""


class Queued(BaseException):
    """Nothing was sent: run the step again when it is ``ticket``'s turn.

    Not an Exception: whoever takes a failed call for an answer must not take this one.
    """

    def __init__(self, ticket: Ticket) -> None:
        super().__init__("waits for its turn")
        self.ticket = ticket


class _Here(threading.local):
    """What is so for this thread or green thread at the moment."""

    fresh: bool = False
    stepping: bool = False
    ticket: Ticket | None = None
    guard: Callable[[], None] | None = None


_here = _Here()


@contextlib.contextmanager
def step(ticket: Ticket | None = None) -> Iterator[None]:
    """The calls inside belong to a step that can be run again; ``ticket`` is the one it has queued with, if it has."""
    _here.stepping = _here.fresh = True
    _here.ticket = ticket
    try:
        yield
    finally:
        unused, _here.ticket = _here.ticket, None
        _here.stepping = _here.fresh = False
        if unused is not None:
            unused.cancel()


def in_step() -> bool:
    """Whether what runs here can be run again later by somebody else's timer."""
    return _here.stepping


def may_queue() -> bool:
    """Whether this is the first call of a step."""
    return _here.fresh


def take_ticket() -> Ticket | None:
    """The ticket of this step, for the queue that gave it; once."""
    ticket, _here.ticket = _here.ticket, None
    return ticket


def begun() -> None:
    """A call is made now: the step can no longer start over for want of room."""
    _here.fresh = False


@contextlib.contextmanager
def guarded(guard: Callable[[], None]) -> Iterator[None]:
    """Have ``guard`` called right before every request inside that changes something, however long it had to wait."""
    before, _here.guard = _here.guard, guard
    try:
        yield
    finally:
        _here.guard = before


def check_guard() -> None:
    """Raises what the guard raises when the caller may no longer change anything."""
    if _here.guard is not None:
        _here.guard()
