"""A worker that saves objects for a snapshot and deletes what was saved; it may die after any request."""

from __future__ import annotations

from typing import Any

from heat_mq.resources.kit import DONE, Copy, Record, Resource
from heat_mq.resources.kit.testing import _State
from tests.unit.resources.mortal import Mortal

NAME = "stack-saved-copy"


def save(worker: Mortal, record: Record) -> dict[str, Any]:
    """The data of the copy when it is whole."""
    kept: dict[str, Any] = {}
    state = _State(worker.driver, Resource.registered[record.type], record)
    _ask(worker, state, "snapshot", kept)
    _until_done(worker, state, "check_snapshot", kept)
    return kept


def drop(worker: Mortal, record: Record, kept: dict[str, Any]) -> None:
    """Delete the copy; with nothing ``kept`` by its name."""
    state = _State(worker.driver, Resource.registered[record.type], record)
    _ask(worker, state, "delete_snapshot", kept)
    _until_done(worker, state, "check_delete_snapshot", kept)


def _until_done(worker: Mortal, state: _State, verb: str, kept: dict[str, Any]) -> None:
    for _ in range(200):
        outcome = _ask(worker, state, verb, kept)
        if outcome == DONE:
            return
        worker.driver._pass(outcome.seconds)
    raise AssertionError(f"{verb} does not end")


def _ask(worker: Mortal, state: _State, verb: str, kept: dict[str, Any]) -> Any:
    """What a verb answers; what it keeps is lost when the worker dies in it."""

    def run(resource: Any, call: Any) -> Any:
        call.copy = Copy("id", NAME, dict(kept))
        answer = getattr(resource, verb)(call)
        kept.update(call.copy.data)
        return answer

    return worker._survive(state, verb, run)
