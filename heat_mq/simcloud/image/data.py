"""An image's data: upload, download, import."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import urllib.parse
from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import Refusal, bad_request, conflict
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, later

if TYPE_CHECKING:
    from heat_mq.simcloud.image.service import Image

#: The stores in which an import has failed; the image waits for data again.
FAILED_IMPORT = "os_glance_failed_import"
IMPORT_METHODS = ("glance-direct", "web-download")
#: Ports that data are fetched from.
PORTS = (80, 443)
_SIMULATED_SIZE = 16 * 1024 * 1024

routes = Routes("/v2")


@routes.put("/images/{id}/file", status=204)
def upload(service: Image, call: Call, id: str) -> None:
    image = _waiting(service, call, id)
    _fill(image, _keep(service, call, id))
    image["status"] = "active"
    service.touched(image)


@routes.put("/images/{id}/stage", status=204)
def stage(service: Image, call: Call, id: str) -> None:
    image = _waiting(service, call, id)
    _keep(service, call, id)
    image["status"] = "uploading"
    service.touched(image)


@routes.get("/images/{id}/file")
def download(service: Image, call: Call, id: str) -> Reply:
    image = service.visible(call.caller, id)
    if image["status"] == "deactivated":
        raise Refusal(403, "The requested image has been deactivated. Image data download is forbidden.")
    kept = service.data.get(id)
    if kept is None:
        return Reply(status=204)
    raw = base64.b64decode(kept["data"])
    return Reply(raw, headers={"Content-MD5": image["checksum"] or ""}, content_type="application/octet-stream")


@routes.post("/images/{id}/import", status=202)
def import_image(service: Image, call: Call, id: str) -> Reply:
    """``glance-direct`` takes what was staged; ``web-download`` takes a while and fetches nothing."""
    image = service.changeable(call.caller, id)
    method = call.body("method")
    if method.get("name") not in IMPORT_METHODS:
        raise bad_request(f"Unknown import method name '{method.get('name')}'.")
    if not image["disk_format"] or not image["container_format"]:
        raise conflict("disk_format and container_format need to be set before import")
    if method["name"] == "glance-direct":
        kept = service.data.get(id)
        if image["status"] != "uploading" or kept is None:
            raise conflict("Image needs to be staged before 'glance-direct' method can be used")
        _fill(image, base64.b64decode(kept["data"]))
    elif image["status"] != "queued":
        raise conflict(f"Image status '{image['status']}' does not allow 'web-download'")
    else:
        _filter(str(method.get("uri", "")))
        image["size"] = _SIMULATED_SIZE
    image["status"] = "importing"
    end: Document = {"status": "active"}
    if service.cloud.faults.strikes("object_error", service.name, name=str(image["name"]), project_id=image["owner"]):
        end = {"status": "queued", "size": None, FAILED_IMPORT: "simulated"}
    later(image, service.now() + service.cloud.boot_seconds * 0.2, **end)
    service.touched(image)
    return Reply(status=202)


def _filter(uri: str) -> None:
    """Refuse what Glance does not fetch as it is delivered: other schemes and ports, and what is near itself."""
    try:
        parts = urllib.parse.urlsplit(uri)
        fits = parts.scheme in ("http", "https") and (parts.port or 80) in PORTS and not _is_near(parts.hostname or "")
    except ValueError:
        fits = False
    if not fits:
        raise bad_request(f"URI for web-download does not pass filtering: {uri}")


def _is_near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in ("", "localhost")
    return address.is_loopback or address.is_link_local


@routes.get("/info/import")
def show_import_methods(service: Image, call: Call) -> Document:
    description = "Import methods available."
    return {"import-methods": {"description": description, "type": "array", "value": list(IMPORT_METHODS)}}


def _waiting(service: Image, call: Call, id: str) -> Document:
    image = service.changeable(call.caller, id)
    if image["status"] != "queued":
        raise conflict(f"Image status transition from {image['status']} to saving is not allowed")
    if not image["disk_format"] or not image["container_format"]:
        raise bad_request("Properties disk_format, container_format must be set prior to saving data.")
    return image


def _keep(service: Image, call: Call, id: str) -> bytes:
    raw = call.raw()
    service.data.save({"id": id, "data": base64.b64encode(raw).decode()})
    return raw


def _fill(image: Document, raw: bytes) -> None:
    image.update(
        size=len(raw),
        checksum=hashlib.md5(raw, usedforsecurity=False).hexdigest(),
        os_hash_algo="sha512",
        os_hash_value=hashlib.sha512(raw).hexdigest(),
    )
