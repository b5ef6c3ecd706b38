"""The image service: its documents, what it starts with, and who sees what."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud import times
from heat_mq.simcloud.error_bodies import glance_body
from heat_mq.simcloud.identity.service import Identity
from heat_mq.simcloud.image import data, images, members, schemas, versions
from heat_mq.simcloud.refusal import Refusal, not_found
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Document, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.caller import Caller
    from heat_mq.simcloud.cloud import Cloud

SEED = {
    "cirros": {"size": 16_300_544, "min_disk": 0, "min_ram": 0},
    "cirros-0.3.3-x86_64": {"size": 13_200_896, "min_disk": 0, "min_ram": 0},
    "trusty-server-cloudimg-amd64": {"size": 262_209_536, "min_disk": 0, "min_ram": 0},
}


class Image(Service):
    """``/image``. Other services ask :meth:`visible` and make images with :meth:`new`."""

    name = "image"
    root = "/image"
    endpoint = "/image"
    catalog: ClassVar = (("image", "glance"),)
    routes: ClassVar = (versions.routes, images.routes, data.routes, members.routes, schemas.routes)
    error_body = staticmethod(glance_body)

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.images = self.collection("images")
        self.data = self.collection("data")
        self.members = self.collection("members", ("image_id",))

    def seed(self) -> None:
        projects = self.cloud.of(Identity).projects
        owner = projects.first(name="admin")
        for name, more in SEED.items():
            formats = {"disk_format": "qcow2", "container_format": "bare"}
            image = self.new(owner["id"] if owner else "", name=name, visibility="public", **formats)
            image.update(more, status="active", virtual_size=None)
            self.images.save(image)

    def new(self, owner: str, **values: object) -> Document:
        """A new image in status ``queued``; ``values`` replace the defaults and add properties."""
        now = times.seconds(self.now())
        image: Document = {
            "id": new_id(),
            "name": None,
            "status": "queued",
            "visibility": "shared",
            "owner": owner,
            "protected": False,
            "os_hidden": False,
            "min_disk": 0,
            "min_ram": 0,
            "disk_format": None,
            "container_format": None,
            "size": None,
            "virtual_size": None,
            "checksum": None,
            "os_hash_algo": None,
            "os_hash_value": None,
            "created_at": now,
            "updated_at": now,
            "tags": [],
        }
        image.update(values)
        return self.images.save(image)

    def sees(self, caller: Caller, image: Document) -> bool:
        """Whether the caller may read the image: public, community, its own or shared with its project."""
        if image["visibility"] in ("public", "community") or caller.sees(image["owner"]):
            return True
        return self.members.first(image_id=image["id"], member_id=caller.project_id) is not None

    def visible(self, caller: Caller, id: str) -> Document:
        """The image; Refusal 404 when there is none that the caller may read."""
        image = self.images.get(id)
        if image is None or not self.sees(caller, image):
            raise not_found(f"No image found with ID {id}")
        return image

    def changeable(self, caller: Caller, id: str) -> Document:
        """The image; Refusal 403 when it is another project's, 404 when it is not visible."""
        image = self.visible(caller, id)
        if not caller.sees(image["owner"]):
            raise Refusal(403, f"You are not permitted to modify image {id}")
        return image

    def touched(self, image: Document) -> Document:
        """Save a changed image."""
        image["updated_at"] = times.seconds(self.now())
        return self.images.save(image)
