"""What the list operations of Cinder share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.listing import filtered, ordered, paged
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Collection, Document

if TYPE_CHECKING:
    from heat_mq.simcloud.volume.service import Volume


def own_page(call: Call, collection: Collection, keys: Iterable[str]) -> tuple[list[Document], bool]:
    """The page of the caller's documents (newest first) that the query asks for, and whether more follow.

    Administrators see every project's with ``all_tenants``.
    """
    if call.caller.is_admin and str(call.query.get("all_tenants", "")).lower() in ("1", "true"):
        documents = collection.all()
    else:
        documents = collection.where(project_id=call.caller.project_id)
    documents = ordered(filtered(documents[::-1], call.query, keys), call.query)
    page = paged(documents, call.query)
    return page, bool(page) and "limit" in call.query and page[-1] is not documents[-1]


def listed(
    service: Volume,
    call: Call,
    key: str,
    page: tuple[list[Document], bool],
    shown: Callable[[Document], Document],
) -> dict[str, Any]:
    """The answer ``{key: [...]}`` with the link to the next page."""
    documents, more = page
    answer: dict[str, Any] = {key: [shown(each) for each in documents]}
    if more:
        next_url = (
            f"{service.url(call.caller.project_id)}/{key}?limit={call.query['limit']}&marker={documents[-1]['id']}"
        )
        answer[f"{key}_links"] = [{"rel": "next", "href": next_url}]
    return answer


def brief(service: Volume, path: str) -> Callable[[Document], Document]:
    """Shows a document by id and name only."""

    def show(document: Document) -> Document:
        return {"id": document["id"], "name": document["name"], "links": links(service, path, document)}

    return show


def links(service: Volume, path: str, document: Document) -> list[Document]:
    own = f"{path}/{document['id']}"
    project_id = document["project_id"]
    return [
        {"rel": "self", "href": f"{service.url(project_id)}/{own}"},
        {"rel": "bookmark", "href": f"{service.cloud.base_url}{service.root}/{project_id}/{own}"},
    ]


def moment(value: float | None) -> str | None:
    return None if value is None else times.micros(value)
