"""Steps after which an object is not there, or holds nothing: one that is gone already has taken them."""

from __future__ import annotations

from collections.abc import Callable

from heat_mq.errors import CloudGone
from heat_mq.resources.kit import DONE, Call, Outcome, Resource
from heat_mq.scheduler.run import Run, Steps


def done_if_gone(ask: Callable[[Call], Outcome | None]) -> Callable[[Call], Outcome]:
    """A verb of a type as one that is done when the object does not exist (any more)."""

    def asked(call: Call) -> Outcome:
        try:
            return ask(call) or DONE
        except CloudGone:
            return DONE

    return asked


def begin_delete(run: Run, resource: Resource, call: Call) -> Steps[None]:
    """Ask for the end of the object; what is busy is asked again."""
    yield from run.step(lambda: done_if_gone(resource.delete)(call), conflicts=True)


def await_delete(run: Run, resource: Resource, call: Call) -> Steps[None]:
    """Wait until the object is gone."""
    yield from run.poll(call, done_if_gone(resource.check_delete), conflicts=True)
