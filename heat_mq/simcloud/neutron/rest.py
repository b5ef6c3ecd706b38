"""The operations that every kind of object has, as routes; tags too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.neutron.checks import Invalid, list_of, text, unique
from heat_mq.simcloud.neutron.kind import Kind
from heat_mq.simcloud.neutron.queries import chosen, links, listed
from heat_mq.simcloud.neutron.refusals import invalid_input
from heat_mq.simcloud.refusal import bad_request, not_found
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.neutron.service import Network

TAG_LENGTH = 255


def routes_of(kind_class: type[Kind]) -> Routes:
    """List, create (also many at once), show, update, delete of a kind, at its path."""
    singular, plural = kind_class.singular, kind_class.plural
    path = kind_class.where()
    routes = Routes(path)

    @routes.get("")
    def list_all(service: Network, call: Call) -> Document:
        kind = service.kinds[plural]
        query = call.query
        shown = listed(kind, call.caller, query)
        return {plural: shown, **links(kind, service.cloud.base_url + service.root + path, query, shown)}

    @routes.post("", status=201)
    def create(service: Network, call: Call) -> Document:
        kind = service.kinds[plural]
        body = call.json()
        if isinstance(many := body.get(plural), list):
            made = [kind.create(call.caller, each) for each in many]
            return {plural: [kind.view(call.caller, each) for each in made]}
        return {singular: kind.view(call.caller, kind.create(call.caller, _inner(body, singular)))}

    @routes.get("/{id}")
    def show(service: Network, call: Call, id: str) -> Document:
        kind = service.kinds[plural]
        return {singular: chosen(kind.view(call.caller, kind.find(call.caller, id)), call.query)}

    @routes.put("/{id}")
    def update(service: Network, call: Call, id: str) -> Document:
        kind = service.kinds[plural]
        return {singular: kind.view(call.caller, kind.update(call.caller, id, _inner(call.json(), singular)))}

    @routes.delete("/{id}")
    def delete(service: Network, call: Call, id: str) -> None:
        service.kinds[plural].delete(call.caller, id)

    if "tags" in kind_class.attributes:
        _add_tags(routes, plural)
    return routes


def _inner(body: dict[str, Any], singular: str) -> dict[str, Any]:
    inner = body.get(singular)
    if not isinstance(inner, dict):
        raise bad_request(f"Unable to find '{singular}' in request body")
    return inner


def _add_tags(routes: Routes, plural: str) -> None:
    @routes.get("/{id}/tags")
    def list_tags(service: Network, call: Call, id: str) -> Document:
        return {"tags": service.kinds[plural].find(call.caller, id)["tags"]}

    @routes.put("/{id}/tags")
    def replace_tags(service: Network, call: Call, id: str) -> Document:
        document = service.kinds[plural].modifiable(call.caller, id, "update")
        return _keep(service.kinds[plural], document, _tags(call.json().get("tags")))

    @routes.post("/{id}/tags", status=200)
    def add_tags(service: Network, call: Call, id: str) -> Document:
        document = service.kinds[plural].modifiable(call.caller, id, "update")
        return _keep(service.kinds[plural], document, document["tags"] + _tags(call.json().get("tags")))

    @routes.delete("/{id}/tags")
    def remove_tags(service: Network, call: Call, id: str) -> None:
        _keep(service.kinds[plural], service.kinds[plural].modifiable(call.caller, id, "update"), [])

    @routes.put("/{id}/tags/{tag}")
    def add_tag(service: Network, call: Call, id: str, tag: str) -> Reply:
        document = service.kinds[plural].modifiable(call.caller, id, "update")
        _keep(service.kinds[plural], document, [*document["tags"], *_tags([tag])])
        return Reply(status=201)

    @routes.get("/{id}/tags/{tag}", status=204)
    def has_tag(service: Network, call: Call, id: str, tag: str) -> None:
        _require_tag(service.kinds[plural].find(call.caller, id), tag)

    @routes.delete("/{id}/tags/{tag}")
    def remove_tag(service: Network, call: Call, id: str, tag: str) -> None:
        document = service.kinds[plural].modifiable(call.caller, id, "update")
        _require_tag(document, tag)
        _keep(service.kinds[plural], document, [each for each in document["tags"] if each != tag])


def _tags(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise invalid_input("Invalid tags body")
    try:
        return list(unique(list_of(text(TAG_LENGTH)))(value))
    except Invalid as problem:
        raise invalid_input(str(problem)) from problem


def _keep(kind: Kind, document: Document, tags: list[str]) -> Document:
    document["tags"] = sorted(set(tags))
    kind.touch(document)
    return {"tags": document["tags"]}


def _require_tag(document: Document, tag: str) -> None:
    if tag not in document["tags"]:
        raise not_found(f"Tag {tag} could not be found.", "TagNotFound")
