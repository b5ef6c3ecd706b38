"""What is done to an image once it is there; each function may be repeated."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, CloudConflict, CloudGone

#: States that pass by themselves.
BUSY: Final = frozenset({"saving", "uploading", "importing"})
#: States of an image from which nothing good comes.
GONE: Final = frozenset({"killed", "deleted", "pending_delete"})
#: Where Glance tells in which stores an import has failed, after which the image waits for data again.
FAILED_IMPORT: Final = "os_glance_failed_import"
_PATCH: Final = {"Content-Type": "application/openstack-images-v2.1-json-patch"}


def path(image_id: str) -> str:
    return f"/images/{image_id}"


def show(call: Call, image_id: str) -> dict[str, Any]:
    """The image; its tags in one order, since Glance answers them in any."""
    live = call.api.get(path(image_id))
    return {**live, "tags": sorted(live["tags"])}


def patch(call: Call, image_id: str, values: Mapping[str, Any], gone: Collection[str] = ()) -> None:
    """Set properties that have a value, and take others away."""
    steps: list[dict[str, Any]] = [
        {"op": "add", "path": f"/{_escaped(key)}", "value": value} for key, value in values.items() if value is not None
    ]
    steps += [{"op": "remove", "path": f"/{_escaped(key)}"} for key in gone]
    if steps:
        call.api.request("PATCH", path(image_id), body=steps, headers=_PATCH)


def activate(call: Call, live: Mapping[str, Any], wanted: bool) -> None:
    """Let the data be read or not; ``live`` is the image as it was shown."""
    if wanted != (live["status"] != "deactivated"):
        call.api.post(f"{path(live['id'])}/actions/{'reactivate' if wanted else 'deactivate'}")


def members(call: Call, image_id: str) -> list[str]:
    return [str(each["member_id"]) for each in call.api.get(f"{path(image_id)}/members")["members"]]


def share(call: Call, image_id: str, projects: Collection[str]) -> None:
    """Offer a shared image to projects."""
    for project in projects:
        with contextlib.suppress(CloudConflict):
            call.api.post(f"{path(image_id)}/members", {"member": project})


def unshare(call: Call, image_id: str, projects: Collection[str]) -> None:
    """Take a shared image away from all other projects."""
    for project in members(call, image_id):
        if project not in projects:
            with contextlib.suppress(CloudGone):
                call.api.delete(f"{path(image_id)}/members/{project}")


def _escaped(key: str) -> str:
    """A property's name in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
