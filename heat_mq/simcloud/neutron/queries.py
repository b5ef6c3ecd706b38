"""Lists as Neutron makes them: filters on every attribute, fields, order, pages with links."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterable
from typing import Any

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.listing import filtered, ordered, paged, wanted_values
from heat_mq.simcloud.neutron.kind import Kind
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.store import Document

CONTROLS = ("fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir")
TAG_FILTERS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "tags": lambda own, asked: asked <= own,
    "tags-any": lambda own, asked: bool(asked & own),
    "not-tags": lambda own, asked: not asked <= own,
    "not-tags-any": lambda own, asked: not asked & own,
}


def listed(kind: Kind, caller: Caller, query: dict[str, Any]) -> list[Document]:
    """The views of the objects that the query asks for, in its order, of its page, with its fields."""
    _check_order_and_marker(kind, caller, query)
    filters = _filters(kind, query)
    found = _candidates(kind, caller, filters)
    views = [kind.view(caller, each) for each in found]
    views = _matching(views, filters)
    views = ordered(views, query)
    if str(query.get("page_reverse", "")).lower() == "true":
        views = list(reversed(paged(list(reversed(views)), query)))
    else:
        views = paged(views, query, most=len(views)) if {"limit", "marker"} & set(query) else views
    return [chosen(each, query) for each in views]


def chosen(view: Document, query: dict[str, Any]) -> Document:
    """A view with the fields that the query names, or all."""
    if not (fields := wanted_values(query.get("fields", [])) - {""}):
        return view
    return {key: value for key, value in view.items() if key in fields}


def links(kind: Kind, url: str, query: dict[str, Any], shown: list[Document]) -> dict[str, Any]:
    """The ``<plural>_links`` of a full page, {} where no limit was asked for."""
    limit = str(query.get("limit", "0"))
    if limit == "0" or not shown or "id" not in shown[0]:
        return {}
    found = []
    if len(shown) == int(limit):
        found.append({"rel": "next", "href": _page(url, query, shown[-1]["id"], reverse=False)})
    if "marker" in query:
        found.append({"rel": "previous", "href": _page(url, query, shown[0]["id"], reverse=True)})
    return {f"{kind.plural}_links": found} if found else {}


def _check_order_and_marker(kind: Kind, caller: Caller, query: dict[str, Any]) -> None:
    keys, directions = (query.get(each, []) for each in ("sort_key", "sort_dir"))
    if len(keys if isinstance(keys, list) else [keys]) != len(
        directions if isinstance(directions, list) else [directions]
    ):
        raise bad_request("The number of sort_keys and sort_dirs must be same")
    if query.get("marker"):
        kind.find(caller, str(query["marker"]))


def _page(url: str, query: dict[str, Any], marker: str, *, reverse: bool) -> str:
    asked = {key: value for key, value in query.items() if key != "page_reverse"}
    asked["marker"] = marker
    if reverse:
        asked["page_reverse"] = "True"
    return f"{url}?{urllib.parse.urlencode(asked, doseq=True)}"


def _filters(kind: Kind, query: dict[str, Any]) -> dict[str, Any]:
    """What the query filters by; a name that is no attribute is passed over, as Neutron does."""
    tags = TAG_FILTERS if "tags" in kind.attributes else {}
    return {
        key: value for key, value in query.items() if key not in CONTROLS and (key in kind.attributes or key in tags)
    }


def _candidates(kind: Kind, caller: Caller, filters: dict[str, Any]) -> Iterable[Document]:
    """The objects to look at: by id or by an index where the query allows it."""
    if "id" in filters:
        found = [kind.documents.get(each) for each in wanted_values(filters["id"])]
        return [each for each in found if each is not None and kind.sees(caller, each)]
    for key in kind.index:
        if (value := filters.get(key)) and isinstance(value, str) and key not in ("project_id", "tenant_id"):
            return [each for each in kind.documents.where(**{key: value}) if kind.sees(caller, each)]
    return kind.visible(caller)


def _matching(views: list[Document], filters: dict[str, Any]) -> list[Document]:
    plain = {}
    for key, value in filters.items():
        if key in TAG_FILTERS:
            asked = {tag for each in wanted_values(value) for tag in each.split(",")}
            views = [each for each in views if TAG_FILTERS[key](set(each["tags"]), asked)]
        elif key == "fixed_ips":
            views = [each for each in views if _has_addresses(each, wanted_values(value))]
        elif key in ("security_groups", "subnets"):
            views = [each for each in views if wanted_values(value) & set(each[key])]
        else:
            plain[key] = value
    return filtered(views, plain, plain)


def _has_addresses(view: Document, wanted: set[str]) -> bool:
    """Whether a port has what ``ip_address=…``, ``ip_address_substr=…`` and ``subnet_id=…`` ask for."""
    by_key: dict[str, set[str]] = {}
    for each in wanted:
        key, _, value = each.partition("=")
        by_key.setdefault(key, set()).add(value)
    for key, values in by_key.items():
        if key == "ip_address_substr":
            hit = any(value in fixed["ip_address"] for fixed in view["fixed_ips"] for value in values)
        else:
            hit = any(fixed.get(key) in values for fixed in view["fixed_ips"])
        if not hit:
            return False
    return True
