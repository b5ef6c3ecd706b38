"""What a step of a resource answers: waiting is a value, never a sleep."""

from __future__ import annotations

import dataclasses

from heat_mq.errors import Error


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """The step has reached what was asked. ``note`` becomes the status reason."""

    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Watch:
    """The object that is waited for, and its present ``status``: as long as it has that there is nothing to do.

    ``service`` and ``kind`` are those of ``call.cloud.service(service).find(kind, …)``, ``version`` the microversion in
    which the type reads it.
    """

    service: str
    kind: str
    id: str
    status: str
    version: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Wait:
    """Ask again after ``seconds``.

    With a ``watch`` the object may be looked at for many resources at once: then the step is asked again when its
    status has changed or it is gone, and finds it in ``call.seen``.

    ``physical_id`` is for ``restore_replaced``: the id of the object that was made in place of the one given up.
    """

    seconds: float = 1.0
    watch: Watch | None = None
    physical_id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Park:
    """Leave the worker until a commit elsewhere wakes the node, at the latest after ``seconds``.

    For what takes long and announces itself: a nested stack, a signal, a hook.
    """

    seconds: float | None = None


DONE = Done()

NOT_CHECKED = "CHECK not supported for this resource type"
"""Reason of CHECK_COMPLETE where nothing was looked at."""
PARTLY_CHECKED = "CHECK not fully supported (see resources)"
"""Reason of CHECK_COMPLETE where something inside was not looked at; ends that of such a stack."""
Outcome = Done | Wait | Park


class Replace(Error):
    """Raised by ``update``: this change needs a new object; create it, then delete the old one."""

    type = "UpdateReplace"

    def __init__(self, reason: str = "the change cannot be made in place") -> None:
        super().__init__(reason)
