"""Where a stack's events go beside its own list: the ``event_sinks`` of its environment."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import tenacity

from heat_mq.db.records import EventRow, StackRow
from heat_mq.db.repo import sinks, stacks
from heat_mq.engine.credentials import release_credential, stack_credential
from heat_mq.engine.lazy_cloud import LazyCloud
from heat_mq.errors import CloudTransient
from heat_mq.notify.sinks import Postponed, message_of, parcels

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

#: In one try; the tries themselves are the sender's.
_REPEAT: Final[dict[str, Any]] = {
    "retry": tenacity.retry_if_exception_type(CloudTransient),
    "stop": tenacity.stop_after_attempt(3),
    "wait": tenacity.wait_random_exponential(multiplier=0.2, max=2),
    "reraise": True,
}


class StackSinks:
    """Fulfils :class:`heat_mq.notify.sinks.Outlet` with the rights of each stack's owner.

    A root stack that tells its events keeps its credential until the last one is told.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client_id = str(uuid.uuid4())

    def post(self, stack_id: str, events: Sequence[EventRow]) -> None:
        stack = self._service.database.read(stacks.get_stack, stack_id)
        if stack is None:
            return
        if _is_over(stack, events) and self._service.database.read(sinks.count_waiting_below, stack_id):
            raise Postponed  # what is nested needs the credential as well
        wanted = self._service.definitions.source(stack).environment.event_sinks
        cloud = LazyCloud(lambda: self._service.clouds.cloud(stack_credential(self._service, stack)), lambda: None)
        for sink in wanted:
            self._tell_zaqar(cloud, sink, events)

    def finish(self, stack_id: str, events: Sequence[EventRow]) -> None:
        stack = self._service.database.read(stacks.get_stack, stack_id)
        if stack is not None and _is_over(stack, events):
            release_credential(self._service, stack)

    def give_up(self, stack_id: str) -> None:
        stack = self._service.database.read(stacks.get_stack, stack_id)
        if stack is not None and _is_gone(stack):
            release_credential(self._service, stack)

    def _tell_zaqar(self, cloud: LazyCloud, sink: Mapping[str, Any], events: Sequence[EventRow]) -> None:
        lasts = {"ttl": int(sink["ttl"])} if sink.get("ttl") else {}
        messages = [{"body": message_of(event), **lasts} for event in events]
        api = cloud.service("message")
        for part in parcels(messages):
            tenacity.Retrying(**_REPEAT)(api.post_messages, str(sink["target"]), part, self._client_id)


def _is_gone(stack: StackRow) -> bool:
    """Whether it is a root stack that was deleted: what it leaves is given back."""
    return not stack.is_live and stack.owner_id is None


def _is_over(stack: StackRow, events: Sequence[EventRow]) -> bool:
    """Whether these end with the last event that there will be of a root stack."""
    last = events[-1]
    return _is_gone(stack) and (last.action, last.status, last.physical_id) == ("DELETE", "COMPLETE", stack.id)
