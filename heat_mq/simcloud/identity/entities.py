"""How Keystone shows its objects, and who may touch them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud.listing import filtered, paged
from heat_mq.simcloud.refusal import bad_request, conflict, forbidden, not_found
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Collection, Document, public

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity


def shown(service: Identity, path: str, document: Document) -> Document:
    """The document with its ``links``; ``path`` is the collection's ("projects")."""
    return {**public(document), "links": {"self": f"{service.url()}/v3/{path}/{document['id']}"}}


def listed(
    service: Identity,
    call: Call,
    path: str,
    documents: Iterable[Document],
    keys: Iterable[str] = ("name",),
    key: str = "",
) -> dict[str, Any]:
    """The answer of a list operation; ``key`` is the body's when it is not the end of ``path``."""
    found = paged(filtered(documents, call.query, keys), call.query, most=100_000)
    links = {"next": None, "previous": None, "self": f"{service.url()}/v3/{path}"}
    return {key or path.rsplit("/", 1)[-1]: [shown(service, path, each) for each in found], "links": links}


def found(collection: Collection, id: str, noun: str) -> Document:
    """The document; Refusal 404 in Keystone's words when there is none."""
    document = collection.get(id)
    if document is None:
        raise not_found(f"Could not find {noun}: {id}.")
    return document


def required(wanted: Document, key: str) -> str:
    """A text of the body that has to be there."""
    value = wanted.get(key)
    if not isinstance(value, str) or not value:
        raise bad_request(f"'{key}' is a required property")
    return value


def require_admin(call: Call, domain_id: str | None = None) -> None:
    """Let administrators pass; one whose token is scoped to a domain only within that domain."""
    caller = call.caller
    if not caller.is_admin or (caller.domain_id and domain_id is not None and domain_id != caller.domain_id):
        raise forbidden()


def administered(call: Call, collection: Collection, id: str, noun: str) -> Document:
    """The document when the caller administers its domain; Refusal 403 or 404, no ids for who is no administrator."""
    require_admin(call)
    document = found(collection, id, noun)
    require_admin(call, document["domain_id"])
    return document


def in_scope(call: Call, documents: Iterable[Document]) -> list[Document]:
    """Those of the domain that an administrator's token is scoped to, or all when it is not; Refusal 403 for others."""
    require_admin(call)
    own = call.caller.domain_id
    return [each for each in documents if own in ("", each["domain_id"])]


def require_self_or_admin(service: Identity, call: Call, user_id: str) -> None:
    """Let users touch what is theirs, and administrators what is in their scope."""
    if call.caller.user_id != user_id:
        user = service.users.get(user_id)
        require_admin(call, user["domain_id"] if user else None)


def refuse_move(document: Document, wanted: Document) -> None:
    """Refusal 400 when an object is to change its domain, as Keystone has it."""
    if wanted.get("domain_id", document["domain_id"]) != document["domain_id"]:
        raise bad_request("Cannot change Domain ID.")


def refuse_duplicate(collection: Collection, noun: str, name: str, domain_id: str | None, besides: str = "") -> None:
    """Refusal 409 when another object of that name exists in the domain."""
    if any(each["id"] != besides for each in collection.where(name=name, domain_id=domain_id)):
        raise conflict(f"Conflict occurred attempting to store {noun} - Duplicate entry found with name {name}.")
