"""OS::Glance::WebImage: an image that Glance fetches from the web.

An image has the resource's own id, by which an interrupted create is found. One to which the template gives an id
carries the resource's as a property besides, until its data is there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    CloudConflict,
    CloudGone,
    Failed,
    Int,
    List,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.kit.unfinished import WholeOrNothing
from heat_mq.resources.types.glance import image

FETCHED: Final = "fetched"  # progress: Glance was asked to fetch the data
MARK: Final = "heat_mq_resource"
CONTAINERS: Final = ("ami", "ari", "aki", "bare", "ovf", "ova", "docker")
DISKS: Final = ("ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop")
#: Formats of the parts that Amazon's images have: disk and container are called alike.
IN_PARTS: Final = frozenset({"ami", "ari", "aki"})
UUID: Final = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"
SINCE: Final = Support(version="16.0.0")
#: Properties that Glance keeps by the same name and changes.
PLAIN: Final = (
    *("architecture", "kernel_id", "ramdisk_id", "os_distro", "os_version"),
    *("owner", "protected", "tags", "visibility"),
)


class WebImage(WholeOrNothing, type="OS::Glance::WebImage"):
    service = "image"
    support = Support(version="12.0.0")

    class Properties(Schema):
        name = Str("Name of the image; one made of stack and resource when not given.")
        id = Str("Id of the image, a UUID; Glance never takes one that another image has had.")
        visibility = Str(
            "Who sees the image; making one public is for administrators.",
            default="private",
            update=IN_PLACE,
            allowed=["public", "private", "community", "shared"],
        )
        protected = Bool("Whether the image cannot be deleted.", default=False, update=IN_PLACE)
        min_disk = Int("Least size of a disk for the image, in GiB.", default=0, within=(0, None))
        min_ram = Int("Least memory for the image, in MiB.", default=0, within=(0, None))
        disk_format = Str("Format of the disk.", required=True, allowed=DISKS)
        container_format = Str("Format of what the disk is in.", required=True, allowed=CONTAINERS)
        location = Str("URL of the data, which Glance must be able to reach.", required=True)
        tags = List("Tags of the image.", update=IN_PLACE)
        architecture = Str("Architecture of the operating system.", update=IN_PLACE)
        kernel_id = Str("Id of the image of the kernel, for images in parts.", update=IN_PLACE, pattern=UUID)
        ramdisk_id = Str("Id of the image of the first file system.", update=IN_PLACE, pattern=UUID)
        os_distro = Str("Short name of the operating system.", update=IN_PLACE)
        os_version = Str("Version of the operating system.", update=IN_PLACE)
        owner = Str(
            "Id of the project that owns the image; another than one's own is for administrators.", update=IN_PLACE
        )
        active = Bool("Whether the data can be read.", default=True, update=IN_PLACE, support=SINCE)
        members = List(
            "Projects that a shared image is offered to.", update=IN_PLACE, of=Str("Id of a project."), support=SINCE
        )
        extra_properties = Map(
            "Further properties of the image.", default={}, update=IN_PLACE, support=Support(version="17.0.0")
        )

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        disk, container = props.get("disk_format"), props.get("container_format")
        if isinstance(disk, str) and isinstance(container, str) and disk != container and IN_PARTS & {disk, container}:
            yield Problem(
                f"disk_format {disk} and container_format {container} do not fit: of {', '.join(sorted(IN_PARTS))} "
                "both have the same",
                path="container_format",
            )
        if props.get("members") and props.get("visibility") in ("public", "private", "community"):
            yield Problem("only a shared image has members", path="members", expected="visibility: shared")

    # --- create -------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        try:
            found = image.show(call, props.id or self.record.id)
        except CloudGone:
            return None
        return str(found["id"]) if not props.id or found.get(MARK) == self.record.id else None

    def create(self, call: Call, props: Props) -> str:
        wanted = props.given("active", "members", "location", "extra_properties", "protected")
        wanted |= {"id": props.id or self.record.id, "name": props.name or self.record.physical_name}
        wanted |= props.extra_properties | ({MARK: self.record.id} if props.id else {})
        return str(call.api.post("/images", wanted)["id"])

    def check_create(self, call: Call) -> Outcome:
        live = self.read(call)
        if live["status"] == "queued":
            return self._fetch(call, live)
        if live["status"] in image.GONE:
            raise Failed(f"The image went to status {live['status']}")
        if live["status"] in image.BUSY:
            return wait(call)
        image.patch(
            call, self.physical_id, {"protected": bool(call.wanted["protected"])}, [MARK] if MARK in live else []
        )
        image.share(call, self.physical_id, call.wanted["members"] or ())
        image.activate(call, live, bool(call.wanted["active"]))
        return DONE

    def _fetch(self, call: Call, live: Mapping[str, Any]) -> Outcome:
        if live.get(image.FAILED_IMPORT):
            raise Failed(f"Glance could not fetch the image from {call.wanted['location']}")
        if not call.progress.get(FETCHED):
            body = {"method": {"name": "web-download", "uri": call.wanted["location"]}}
            with contextlib.suppress(CloudConflict):  # it was asked before by a worker that died
                call.api.post(f"{image.path(self.physical_id)}/import", body)
            call.progress[FETCHED] = True
        return wait(call)

    # --- afterwards ---------------------------------------------------------------------------

    def is_broken(self, live: Mapping[str, Any]) -> bool:
        return live["status"] in image.GONE

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        live, members = self.read(call), props.members or ()
        if live["visibility"] == "shared":
            image.unshare(call, self.physical_id, members)
        values: dict[str, Any] = {key: props[key] for key in PLAIN if key in changed}
        values |= {"tags": props.tags or []} if "tags" in changed else {}
        gone = [key for key, value in values.items() if value is None and key in live]
        if "extra_properties" in changed:
            extra = props.extra_properties or {}
            maybe = {key for given in call.maybe("extra_properties") for key in given}
            gone += sorted(key for key in maybe if key not in extra and key in live)
            values |= extra
        image.patch(call, self.physical_id, values, gone)
        image.share(call, self.physical_id, members)
        image.activate(call, live, bool(props.active))

    def delete(self, call: Call) -> None:
        call.api.delete(image.path(self.physical_id))

    def check(self, call: Call) -> Outcome:
        status = self.read(call)["status"]
        if status in image.GONE:
            raise Failed(f"The image is in status {status}")
        return DONE

    def read(self, call: Call) -> dict[str, Any]:
        return image.show(call, self.physical_id)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        if live["status"] in image.GONE:
            raise CloudGone(f"The image {self.physical_id} is in status {live['status']}")
        members: Sequence[str] = image.members(call, self.physical_id) if live["visibility"] == "shared" else []
        extra = {key: live[key] for key in call.wanted.get("extra_properties") or {} if key in live}
        seen = {key: live.get(key) for key in PLAIN}
        return {**seen, "active": live["status"] != "deactivated", "members": members, "extra_properties": extra}
