"""What a resource gives to objects that are not its own: noted before it is given, so that all of it can be taken back.

What is noted stands in the resource's data. An update that did not end has left there what it may have given, for the
update back and for the deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from heat_mq.resources.kit.call import Call
from heat_mq.resources.kit.outcome import DONE, Outcome, Wait

GIVEN: Final = "given"  # data: what the resource has given, or is about to give
PLANNED: Final = "planned"  # progress: what an update shall have given


def plan(call: Call, wanted: Sequence[Any]) -> None:
    """In ``update``: note what :func:`advance` will give."""
    given = call.data.get(GIVEN, [])
    noted = with_more(given, wanted)
    call.progress[PLANNED] = {"all": list(wanted), "stored": noted == given}
    call.data[GIVEN] = noted


def advance(call: Call, settle: Callable[[list[Any]], None]) -> Outcome:
    """In ``check_update``: have ``settle`` give what was planned, if anything was, when the note of it is stored."""
    planned = call.progress.get(PLANNED)
    if planned is None:
        return DONE
    if not planned["stored"]:
        planned["stored"] = True
        return Wait(0)
    settle(planned["all"])
    return DONE


def with_more(given: Sequence[Any], wanted: Sequence[Any]) -> list[Any]:
    """Both, each thing once."""
    return [*given, *(each for each in dict.fromkeys(wanted) if each not in given)]
