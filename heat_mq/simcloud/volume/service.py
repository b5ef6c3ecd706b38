"""The block storage service: its documents, quotas, and how long things take."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.quotas import Quotas
from heat_mq.simcloud.refusal import Refusal, bad_request, not_found
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Collection, Document, new_id
from heat_mq.simcloud.volume import (
    actions,
    attachments,
    backups,
    limits,
    metadata,
    qos,
    snapshots,
    type_details,
    types,
    versions,
    volumes,
)

if TYPE_CHECKING:
    from heat_mq.simcloud.cloud import Cloud

QUOTAS = {
    "volumes": -1,
    "per_volume_gigabytes": -1,
    "gigabytes": -1,
    "snapshots": -1,
    "backups": -1,
    "backup_gigabytes": -1,
    "groups": 10,
}


class Volume(Service):
    """``/volume``. Nova attaches by :mod:`~heat_mq.simcloud.volume.attaching`."""

    name = "volume"
    root = "/volume"
    endpoint = "/volume/v3/{project_id}"
    catalog: ClassVar = (("volumev3", "cinderv3"), ("block-storage", "cinder"))
    routes: ClassVar = (
        versions.routes,
        volumes.routes,
        actions.routes,
        metadata.routes,
        snapshots.routes,
        backups.routes,
        attachments.routes,
        types.routes,
        type_details.routes,
        qos.routes,
        limits.routes,
    )

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.volumes = self.collection("volumes", ("project_id",))
        self.snapshots = self.collection("snapshots", ("project_id", "volume_id"))
        self.backups = self.collection("backups", ("project_id", "volume_id"))
        self.attachments = self.collection("attachments", ("volume_id", "server_id"))
        self.types = self.collection("types", ("name",))
        self.qos_specs = self.collection("qos_specs", ("name",))
        self.quotas = Quotas(self.name, self.collection("quotas"), cloud.faults, QUOTAS)

    def seed(self) -> None:
        self.types.save(types.new_type(volumes.DEFAULT_TYPE, extra_specs={"volume_backend_name": volumes.DEFAULT_TYPE}))

    def admit(self, caller: Caller, path: dict[str, str]) -> None:
        """The project of the path has to be the token's; handlers do not get it."""
        if path.pop("project_id", caller.project_id) != caller.project_id:
            raise bad_request("Malformed request url")

    def response_headers(self, request_id: str) -> dict[str, str]:
        return {"x-openstack-request-id": request_id, "x-compute-request-id": request_id}

    def soon(self, share: float = 0.2) -> float:
        """When something that takes a share of a server's boot time is done."""
        return self.now() + self.cloud.boot_seconds * share

    def own(self, collection: Collection, caller: Caller, id: str, noun: str) -> Document:
        """The caller's document; Refusal 404 when it is not there or another project's."""
        document = collection.get(id)
        if document is None or not caller.sees(document["project_id"]):
            raise not_found(f"{noun} {id} could not be found.")
        return document

    def own_volume(self, caller: Caller, id: str) -> Document:
        return self.own(self.volumes, caller, id, "Volume")

    def refuse_over_quota(self, caller: Caller, resource: str, more: int = 1) -> None:
        """Refusal 413 in Cinder's words when the project may not have ``more`` of a resource."""
        project_id = caller.project_id
        if self.quotas.allows(project_id, resource, lambda: self.used(project_id, resource), more):
            return
        limit = self.quotas.limits(project_id)[resource]
        if resource == "gigabytes":
            text = (
                "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. "
                f"Requested {more}G, quota is {limit}G and {self.used(project_id, resource)}G has been consumed."
            )
        else:
            noun = {"volumes": "Volume", "snapshots": "Snapshot", "backups": "Backup"}[resource]
            text = (
                f"{noun}LimitExceeded: Maximum number of {resource} allowed ({limit}) exceeded for quota '{resource}'."
            )
        raise Refusal(413, text, headers={"Retry-After": "0"})

    def used(self, project_id: str, resource: str) -> int:
        """How much of a resource (a key of the quotas) a project has."""
        volumes, snapshots, backups = (
            each.where(project_id=project_id) for each in (self.volumes, self.snapshots, self.backups)
        )
        match resource:
            case "volumes" | "snapshots" | "backups":
                return len({"volumes": volumes, "snapshots": snapshots, "backups": backups}[resource])
            case "gigabytes":
                return sum(each["size"] for each in (*volumes, *snapshots))
            case "backup_gigabytes":
                return sum(each["size"] for each in backups)
            case _:
                return 0

    def new_document(self, caller: Caller, name: str | None, description: str | None, status: str) -> Document:
        """What volumes, snapshots and backups have in common."""
        return {
            "id": new_id(),
            "name": name,
            "description": description,
            "status": status,
            "created": self.now(),
            "updated": None,
            "project_id": caller.project_id,
            "user_id": caller.user_id,
        }
