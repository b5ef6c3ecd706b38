"""Links in bodies."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute


def links_of(service: Compute, plural: str, id: str) -> list[Document]:
    """The two links that servers and flavors have."""
    root = service.cloud.base_url + service.root
    return [
        {"rel": "self", "href": f"{root}/v2.1/{plural}/{id}"},
        {"rel": "bookmark", "href": f"{root}/{plural}/{id}"},
    ]


def bookmark(service: Compute, plural: str, id: str) -> list[Document]:
    return links_of(service, plural, id)[1:]


def next_link(service: Compute, call: Call, plural: str, page: list[Document]) -> Document:
    """``<plural>_links`` behind a page that was filled up to the limit, {} otherwise."""
    query = call.query
    limit = str(query.get("limit", ""))
    if not limit.isdigit() or not page or len(page) < int(limit):
        return {}
    path = call.request.path
    parameters = urllib.parse.urlencode({**query, "marker": page[-1]["id"]}, doseq=True)
    return {f"{plural}_links": [{"rel": "next", "href": f"{service.cloud.base_url}{path}?{parameters}"}]}
