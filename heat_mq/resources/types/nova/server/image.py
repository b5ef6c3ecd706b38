"""The image that is made of a server before the deletion policy Snapshot deletes it."""

from __future__ import annotations

from typing import Final

from heat_mq.resources.kit import DONE, Call, CloudGone, Failed, Outcome, Record
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.types.nova.server import status

IMAGE: Final = "image"
ANSWERS_ID: Final = "2.45"
LOST: Final = frozenset({"killed", "deleted", "pending_delete", "deactivated"})


def begin(call: Call, record: Record, server_id: str) -> None:
    """Ask Nova for the image, unless there is one of the server's physical name already."""
    if IMAGE in call.progress:
        return
    server = status.find(call, server_id)
    if server is None or status.base(server) == "ERROR":
        return
    name = record.physical_name
    for image in call.cloud.image.each("/images", "images", query={"name": name}):
        call.progress[IMAGE] = str(image["id"])
        return
    answer = status.act(call, server_id, "createImage", {"name": name}, version=ANSWERS_ID)
    call.progress[IMAGE] = str(answer["image_id"])


def check(call: Call) -> Outcome:
    """DONE when the image is whole."""
    image_id = call.progress.get(IMAGE)
    if image_id is None:
        return DONE
    try:
        state = call.cloud.image.get(f"/images/{image_id}")["status"]
    except CloudGone:
        state = "deleted"
    if state in LOST:
        raise Failed(f"The image {image_id} of the server is {state}: the server is not deleted")
    return DONE if state == "active" else wait(call)
