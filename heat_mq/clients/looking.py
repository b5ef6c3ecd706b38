"""Many objects of one kind with few requests."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from heat_mq.clients.service import Kind, Service

Object = dict[str, Any]

#: Objects in one page: what a service makes of it fits into a few megabytes and a second.
PAGE: Final = 250
#: Ids in one query: some servers in between take no URL that is longer than 4 kB.
IDS: Final = 50


def look(service: Service, kind: Kind, ids: Collection[str], version: str | None) -> dict[str, Object]:
    """Those of the objects that lists show, by id; at most as many pages are read as the objects fill, and one more.

    An object that is missing in the answer may be gone, or stand on a later page: services list the newest first, and
    what is waited for is new.
    """
    if kind.many_ids:
        return dict(_by_ids(service, kind, ids, version))
    return dict(_on_pages(service, kind, frozenset(ids), version))


def _by_ids(service: Service, kind: Kind, ids: Collection[str], version: str | None) -> Iterator[tuple[str, Object]]:
    wanted = iter(sorted(ids))
    while some := list(itertools.islice(wanted, IDS)):
        for item in service.each(kind.path, kind.many, query={**kind.query, kind.id_key: some}, version=version):
            yield str(item[kind.id_key]), item


def _on_pages(
    service: Service, kind: Kind, wanted: Collection[str], version: str | None
) -> Iterator[tuple[str, Object]]:
    query: Mapping[str, Any] = {**kind.query, "limit": PAGE}
    left = set(wanted)
    pages = service.pages(kind.detail, kind.many, query=query, version=version)
    for page in itertools.islice(pages, len(wanted) // PAGE + 2):
        for item in page:
            id = str(item[kind.id_key])
            if id in left:
                left.remove(id)
                yield id, item
        if not left:
            return
