"""Images of a server: before the deletion policy Snapshot deletes it, and as its part of a stack's snapshot."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from heat_mq.resources.kit import DONE, Call, CloudGone, Copy, Failed, Outcome, Record
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.nova.server import status

IMAGE: Final = "image"
SAVED: Final = "snapshot_image_id"
"""In the data of a copy."""
ANSWERS_ID: Final = "2.45"
LOST: Final = frozenset({"killed", "deleted", "pending_delete", "deactivated"})


def begin(call: Call, record: Record, server_id: str) -> None:
    """Ask Nova for the image, unless there is one of the server's physical name already."""
    server = status.find(call, server_id)
    if IMAGE not in call.progress and server is not None and status.base(server) != "ERROR":
        call.progress[IMAGE] = _ensure(call, server_id, record.physical_name)


def check(call: Call) -> Outcome:
    """DONE when the image is whole."""
    image_id = call.progress.get(IMAGE)
    return DONE if image_id is None else _await(call, str(image_id), ": the server is not deleted")


def save(call: Call, server_id: str) -> None:
    """The same for a snapshot, under the name of the copy.

    A server that runs from a volume has nothing to save itself: what it holds is in its volumes.
    """
    server = status.show(call, server_id)
    if status.base(server) == "ERROR":
        raise Failed(f"The server cannot be saved: {status.error_text(server)}")
    if status.image_of(server):
        copy = _copy(call)
        copy.data[SAVED] = _ensure(call, server_id, copy.name)


def check_saved(call: Call) -> Outcome:
    image_id = _copy(call).data.get(SAVED)
    return DONE if image_id is None else _await(call, str(image_id), "")


def remove(call: Call) -> None:
    """Delete the image of a snapshot."""
    copy = _copy(call)
    image_id = copy.data.get(SAVED) or _by_name(call, copy.name)
    if image_id is not None:
        with contextlib.suppress(CloudGone):
            call.cloud.image.delete(f"/images/{image_id}")


def _ensure(call: Call, server_id: str, name: str) -> str:
    """The id of the image of that name, made when there is none yet."""
    found = _by_name(call, name)
    if found is not None:
        return found
    answer: Any = status.act(call, server_id, "createImage", {"name": name}, version=ANSWERS_ID)
    return str(answer["image_id"])


def _await(call: Call, image_id: str, hence: str) -> Outcome:
    try:
        state = call.cloud.image.get(f"/images/{image_id}")["status"]
    except CloudGone:
        state = "deleted"
    if state in LOST:
        raise Failed(f"The image {image_id} of the server is {state}{hence}")
    return DONE if state == "active" else wait(call)


def _by_name(call: Call, name: str) -> str | None:
    found = next(iter(call.cloud.image.each("/images", "images", query={"name": name})), None)
    return None if found is None else str(found["id"])


def _copy(call: Call) -> Copy:
    assert call.copy is not None
    return call.copy
