"""Metadata of volumes and snapshots, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.refusal import bad_request, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume

routes = Routes("/v3/{project_id}")


def _register(kind: str, noun: str) -> None:
    path = f"/{kind}/{{id}}/metadata"

    def document_of(service: Volume, call: Call, id: str) -> Document:
        return service.own(service.collection(kind), call.caller, id, noun)

    @routes.get(path)
    def show_metadata(service: Volume, call: Call, id: str) -> Document:
        return {"metadata": document_of(service, call, id)["metadata"]}

    @routes.post(path)
    def add_metadata(service: Volume, call: Call, id: str) -> Document:
        document = document_of(service, call, id)
        document["metadata"] = {**document["metadata"], **_texts(call.body("metadata"))}
        return {"metadata": service.collection(kind).save(document)["metadata"]}

    @routes.put(path)
    def replace_metadata(service: Volume, call: Call, id: str) -> Document:
        document = document_of(service, call, id)
        document["metadata"] = _texts(call.body("metadata"))
        return {"metadata": service.collection(kind).save(document)["metadata"]}

    @routes.get(path + "/{key}")
    def show_key(service: Volume, call: Call, id: str, key: str) -> Document:
        return {"meta": {key: _value(document_of(service, call, id), key)}}

    @routes.put(path + "/{key}")
    def set_key(service: Volume, call: Call, id: str, key: str) -> Document:
        document = document_of(service, call, id)
        wanted = _texts(call.body("meta"))
        if set(wanted) != {key}:
            raise bad_request("Request body and URI mismatch")
        document["metadata"].update(wanted)
        service.collection(kind).save(document)
        return {"meta": wanted}

    @routes.delete(path + "/{key}", status=200)
    def remove_key(service: Volume, call: Call, id: str, key: str) -> Reply:
        document = document_of(service, call, id)
        _value(document, key)
        del document["metadata"][key]
        service.collection(kind).save(document)
        return Reply(status=200)


_register("volumes", "Volume")
_register("snapshots", "Snapshot")


def _texts(metadata: dict[str, Any]) -> dict[str, str]:
    wrong = next((key for key, value in metadata.items() if not isinstance(value, str) or not 0 < len(key) < 256), None)
    if wrong is not None:
        raise bad_request(
            f"Invalid input for field/attribute metadata: {wrong!r}: texts of up to 255 characters wanted."
        )
    return metadata


def _value(document: Document, key: str) -> str:
    if key not in document["metadata"]:
        raise not_found(f"Metadata item {key} was not found.")
    return str(document["metadata"][key])
