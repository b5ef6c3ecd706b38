"""Wait conditions and the handles that guests signal: what Heat's own and CloudFormation's have in common."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Bug, CloudError, CloudGone, CloudTransient, StepFailed, UserError
from heat_mq.resources.kit.call import Call, Signals
from heat_mq.resources.kit.outcome import DONE, Outcome, Park
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.kit.props import Props
from heat_mq.resources.kit.resource import Resource, SignalResult

SUCCESS: Final = "SUCCESS"
MAILBOX: Final = "mailbox"  # data of a handle: {"container", "object"} or {"queue"} that signals are left in
KNOWN: Final = "known"  # progress: see Signals.call_for
UNAUTHORIZED: Final = 401
STATUSES: Final = (SUCCESS, "FAILURE")


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What a condition waits for; ``timeout`` in seconds."""

    handle: str
    timeout: float
    count: int


class Condition(Resource):
    """Leaves the worker while it waits; the signal wakes it. Any status but SUCCESS fails it."""

    def terms(self, props: Mapping[str, Any]) -> Terms:
        """The terms that properties give."""
        raise NotImplementedError

    def create(self, call: Call, props: Props) -> str:
        self._begin(call, props)
        received(call, self.terms(props).handle)  # the handle must be one of this stack
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        return self._check(call)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        self._begin(call, props)

    def check_update(self, call: Call) -> Outcome:
        return self._check(call)

    def delete(self, call: Call) -> None:
        if call.signals is not None:
            call.signals.clear(self.terms(self.record.properties).handle)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        signals = received(call, self.terms(self.record.properties).handle)
        return json.dumps({key: signal["data"] for key, signal in signals.items()})

    def _begin(self, call: Call, props: Props) -> None:
        terms = self.terms(props)
        call.progress.update(until=call.clock.now().timestamp() + terms.timeout, **dataclasses.asdict(terms))

    def _check(self, call: Call) -> Outcome:
        handle = call.progress["handle"]
        called_for = port(call).call_for(handle, call.progress.setdefault(KNOWN, {}))
        signals = received(call, handle)
        failed = [signal["reason"] for signal in signals.values() if signal["status"] != SUCCESS]
        if failed:
            raise StepFailed(";".join(str(reason) for reason in failed), kind="WaitConditionFailure")
        if len(signals) >= call.progress["count"]:
            return DONE
        left = call.progress["until"] - call.clock.now().timestamp()
        if left <= 0:
            raise StepFailed(
                f"{len(signals)} of {call.progress['count']} received within {call.progress['timeout']} seconds",
                kind="WaitConditionTimeout",
            )
        return wait(call) if called_for else Park(left)


class Handle(Resource):
    """Where a guest reports back. Signals are kept in its metadata by their ids; the same id overwrites."""

    deferred_auth: ClassVar[bool] = True

    def find_existing(self, call: Call, props: Props) -> str | None:
        """A user that an interrupted create has made is taken over; the rest of the create can be repeated."""
        return self.create(call, props) if port(call).has_user() else None

    def create(self, call: Call, props: Props) -> str:
        raise NotImplementedError

    def adopt(self, call: Call, props: Props) -> str:
        """The way to signal another stack does not lead to this one: it is made anew. What was signalled stays."""
        self.create(call, props)
        return self.physical_id

    def delete(self, call: Call) -> None:
        port(call).remove_user()

    def store(self, id: str, status: Any, reason: Any, body: Mapping[str, Any]) -> SignalResult:
        """The handle's metadata with one more signal, ``body``; raises UserError for a status that is none."""
        if status not in STATUSES:
            raise UserError(f"the status of a signal is {' or '.join(STATUSES)}, not {status!r:.60}")
        stored = {**(self.record.metadata or {}), id: dict(body)}
        return SignalResult(f"Signal: status:{status} reason:{reason}", stored)


def port(call: Call) -> Signals:
    if call.signals is None:
        raise Bug("a type that takes signals was called without the port for them")
    return call.signals


def delete_queue(call: Call, name: str) -> None:
    """Delete a queue of the resource's own user, who is let in for it: while the stack is suspended it is kept out.

    Quiet when the user is gone, who goes after its queues. Raises CloudTransient in the second in which the user was
    kept out, since Keystone takes none of its tokens that were issued in it.
    """
    try:
        port(call).cloud().service("message").delete_queue(name)
    except CloudError as error:
        if error.status != UNAUTHORIZED:
            raise
        with contextlib.suppress(CloudGone):
            _delete_queue_let_in(call, name)


def _delete_queue_let_in(call: Call, name: str) -> None:
    port(call).enable_user(True)
    try:
        port(call).cloud().service("message").delete_queue(name)
    except CloudError as error:
        if error.status != UNAUTHORIZED:
            raise
        raise CloudTransient(str(error), retry_after=1.0, status=error.status) from error


def received(call: Call, handle: str) -> dict[str, dict[str, Any]]:
    """The signals of a handle by id, keys in lower case whichever kind of handle it is."""
    return {
        id: {key.lower(): value for key, value in signal.items()}
        for id, signal in port(call).received(handle).items()
        if isinstance(signal, Mapping)
    }
