"""``/v1/containers``: secrets that belong together, each under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.key_manager.pages import page
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_id

if TYPE_CHECKING:
    from heat_mq.simcloud.key_manager.service import KeyManager

#: Names that a container of a type must have, and those that it may have besides; None for any.
NAMES: dict[str, tuple[frozenset[str], frozenset[str]] | None] = {
    "generic": None,
    "rsa": (frozenset({"private_key", "public_key"}), frozenset({"private_key_passphrase"})),
    "certificate": (
        frozenset({"certificate"}),
        frozenset({"private_key", "private_key_passphrase", "intermediates"}),
    ),
}

routes = Routes("/v1/containers")


@routes.post("", status=201)
def create_container(service: KeyManager, call: Call) -> Document:
    wanted = call.json()
    kind, references = wanted.get("type"), wanted.get("secret_refs") or []
    if kind not in NAMES:
        raise bad_request(f"Provided object does not match schema 'Container': {kind!r} is no type of container.")
    if not isinstance(references, list) or not all(isinstance(each, dict) for each in references):
        raise bad_request("Provided object does not match schema 'Container': secret_refs is a list of objects.")
    names = [str(each.get("name") or "") for each in references]
    if len(set(names)) < len(names):
        raise bad_request("Provided object does not match schema 'Container': Duplicate reference names")
    limits = NAMES[kind]
    if limits is not None and not limits[0] <= set(names) <= limits[0] | limits[1]:
        allowed = ", ".join(sorted(limits[0] | limits[1]))
        raise bad_request(f"Provided object does not match schema 'Container': {kind} containers have {allowed}.")
    for each in references:
        service.secret(call.caller, _end(str(each.get("secret_ref"))))
    made = new_container(service, call.caller.project_id, kind, wanted.get("name"), references)
    return {"container_ref": service.reference(made["id"], "containers")}


@routes.get("")
def list_containers(service: KeyManager, call: Call) -> Document:
    found = service.containers.where(project_id=call.caller.project_id)
    return page(service, call, "containers", [_shown(service, each) for each in found])


@routes.get("/{id}")
def show_container(service: KeyManager, call: Call, id: str) -> Document:
    return _shown(service, service.container(call.caller, id))


@routes.delete("/{id}")
def delete_container(service: KeyManager, call: Call, id: str) -> None:
    service.containers.remove(service.container(call.caller, id)["id"])


def new_container(
    service: KeyManager, project_id: str, kind: str, name: str | None, references: list[Document]
) -> Document:
    """Keep a container; ``references`` are ``{"name", "secret_ref"}``."""
    now = times.seconds(service.now())
    return service.containers.save(
        {
            "id": new_id(),
            "project_id": project_id,
            "name": name,
            "type": kind,
            "secret_refs": [{"name": each.get("name") or "", "secret_ref": each["secret_ref"]} for each in references],
            "created": now,
            "updated": now,
        }
    )


def _shown(service: KeyManager, container: Document) -> Document:
    shown = {key: container[key] for key in ("name", "type", "secret_refs", "created", "updated")}
    reference = service.reference(container["id"], "containers")
    return {**shown, "status": "ACTIVE", "consumers": [], "container_ref": reference}


def _end(reference: str) -> str:
    return reference.rstrip("/").rpartition("/")[2]
