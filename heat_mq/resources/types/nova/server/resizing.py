"""A resize: asked for, confirmed or taken back, and waited for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudError, CloudTransient, Failed, Outcome
from heat_mq.resources.kit.polling import looks, rewind, wait
from heat_mq.resources.types.nova.server import status

PATIENCE: Final = 60  # looks at a server whose resize was confirmed, about seven minutes
CONFIRM: Final = "confirmResize"
REVERT: Final = "revertResize"
WORDS: Final = {CONFIRM: "confirmed", REVERT: "taken back"}
ENDED: Final = "ended"  # details: the action by which the resize was to end


def advance(call: Call, server_id: str, details: dict[str, Any]) -> Outcome:
    """Ask for the new flavor, confirm it when Nova has it ready, and wait for the end."""
    server = status.show(call, server_id)
    current = status.base(server)
    if current == "ERROR":
        raise Failed(f"Resizing the server failed: {status.error_text(server)}")
    if current == "VERIFY_RESIZE":
        return end(call, server_id, details, CONFIRM)
    if current not in status.SETTLED or status.task_of(server):
        return wait(call)
    if status.flavor_of(server) == details["flavor"]:
        return DONE
    if details["sent"]:
        raise Failed(
            f"Resizing to flavor {details['flavor']} failed: the server is {current} with flavor "
            f"{status.flavor_of(server)}{_reason(server)}"
        )
    status.act(call, server_id, "resize", {"flavorRef": details["flavor"]})
    details["sent"] = True
    details.pop(ENDED, None)  # which was another one
    rewind(call)
    return wait(call)


def end(call: Call, server_id: str, details: dict[str, Any], action: str) -> Outcome:
    """Confirm or revert once; the server leaves VERIFY_RESIZE some time after."""
    if ENDED not in details:
        rewind(call)
        try:
            status.act(call, server_id, action)
        except CloudTransient:
            raise
        except CloudError as error:
            # It was ended already, by an interrupted step or update: 409 when that is done, 400 while it is under way.
            if error.status not in (400, 409):
                raise
        details[ENDED] = action
    elif looks(call) > PATIENCE:
        raise Failed(f"The resize was {WORDS[details[ENDED]]}, but the server stays in VERIFY_RESIZE")
    return wait(call)


def _reason(server: Mapping[str, Any]) -> str:
    message = (server.get("fault") or {}).get("message")
    return f": {message}" if message else ""
