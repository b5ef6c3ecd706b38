"""What a request for servers asks for, checked as Nova's API checks it."""

from __future__ import annotations

import dataclasses
import secrets
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.image.service import Image
from heat_mq.simcloud.nova import block_devices, flavors, nics
from heat_mq.simcloud.nova.limits import require_room_for_servers
from heat_mq.simcloud.nova.microversions import requested
from heat_mq.simcloud.nova.schemas import checked, server_schema
from heat_mq.simcloud.refusal import Refusal, bad_request, forbidden
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

ZONE = "nova"
GIB = 1024**3


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """What a request asks for, checked: the same for each of its servers."""

    wanted: Document
    flavor: Document
    image_id: str
    group: Document | None
    wishes: list[Document]
    groups: list[str] | None
    devices: list[Document]
    count: int
    reservation_id: str


def order_of(service: Compute, call: Call, body: Document) -> Order:
    """What a body asks for; Refusal as Nova's API has it."""
    checked(server_schema(requested(call.request)), body)
    wanted, caller = body["server"], call.caller
    count = _count(wanted)
    flavor = _flavor(service, caller, wanted["flavorRef"])
    devices = block_devices.mappings(wanted)
    image_id = wanted.get("imageRef", "") or block_devices.boot_image(devices)
    from_volume = any(each["boot_index"] == 0 and each["destination"] == "volume" for each in devices)
    if not image_id and not devices:
        raise bad_request("Missing imageRef attribute")
    block_devices.check(service, caller, devices, has_image=bool(image_id))
    if image_id:
        check_image(service, caller, image_id, flavor, local=not from_volume)
    if (zone := wanted.get("availability_zone")) and zone.split(":")[0] != service.zone:
        raise bad_request("The requested availability zone is not available")
    check_key(service, caller, wanted.get("key_name"))
    _check_metadata(service, caller, wanted.get("metadata") or {})
    named = wanted.get("security_groups")
    wishes = nics.wishes(service, call, wanted.get("networks"))
    if count > 1 and any(each.get("port_id") for each in wishes):
        raise bad_request("Unable to launch multiple instances with a single configured port ID.")
    require_room_for_servers(service, caller.project_id, flavor, count)
    return Order(
        wanted=wanted,
        flavor=flavor,
        image_id="" if from_volume else image_id,
        group=_group(service, caller, body),
        wishes=wishes,
        groups=nics.group_ids(service, caller.project_id, named) if named else None,
        devices=devices,
        count=count,
        reservation_id=f"r-{secrets.token_hex(4)}",
    )


def _count(wanted: Document) -> int:
    least = int(wanted.get("min_count") or 1)
    most = int(wanted.get("max_count") or least)
    if least > most:
        raise bad_request("min_count must be <= max_count")
    return most


def _flavor(service: Compute, caller: Caller, reference: Any) -> Document:
    """A copy of the flavor as it is now: a server keeps it whatever happens to the flavor."""
    try:
        found = flavors.visible(service, caller, str(reference).rpartition("/")[2])
    except Refusal as refusal:
        raise bad_request(refusal.message) from refusal
    return flavors.copied(found)


def check_image(
    service: Compute,
    caller: Caller,
    image_id: str,
    flavor: Document,
    *,
    local: bool,
    missing: str = "Can not find requested image",
) -> None:
    """Refuse an image that is not there, not active, or too big for the flavor."""
    try:
        image = service.cloud.of(Image).visible(caller, image_id)
    except Refusal as refusal:
        raise bad_request(missing) from refusal
    if image["status"] != "active":
        raise bad_request(f"Image {image_id} is not active.")
    if flavor["ram"] < int(image["min_ram"] or 0):
        raise bad_request("Flavor's memory is too small for requested image.")
    size = max(int(image["min_disk"] or 0) * GIB, int(image["size"] or 0))
    if local and flavor["disk"] and flavor["disk"] * GIB < size:
        kind = "minimum" if int(image["min_disk"] or 0) * GIB == size else "image"
        raise bad_request(
            f"Flavor's disk is too small for requested image. Flavor disk is {flavor['disk'] * GIB} bytes, {kind} is "
            f"{size} bytes."
        )


def check_key(service: Compute, caller: Caller, name: str | None) -> None:
    if name and service.keypairs.get(f"{caller.user_id}/{name}") is None:
        raise bad_request("Invalid key_name provided.")


def _check_metadata(service: Compute, caller: Caller, metadata: Document) -> None:
    limit = service.quotas.limits(caller.project_id)["metadata_items"]
    if -1 < limit < len(metadata):
        raise forbidden(f"Maximum number of metadata items exceeds {limit}")


def _group(service: Compute, caller: Caller, body: Document) -> Document | None:
    """The server group that the hints name, if they do."""
    keys = ("os:scheduler_hints", "OS-SCH-HNT:scheduler_hints")
    hints: Document = next((found for key in keys if (found := body.get(key) or body["server"].get(key))), {})
    if not (group_id := hints.get("group")):
        return None
    group = service.server_groups.get(group_id)
    if group is None or not caller.sees(group["project_id"]):
        raise bad_request(f"Instance group {group_id} could not be found.")
    limit = service.quotas.limits(caller.project_id)["server_group_members"]
    if -1 < limit <= len(group["members"]):
        raise forbidden("Quota exceeded, too many servers in group")
    return group
