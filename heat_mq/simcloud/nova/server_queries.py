"""Which servers a list shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.listing import ordered, paged, wanted_values
from heat_mq.simcloud.nova import server_views
from heat_mq.simcloud.refusal import bad_request, forbidden
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.nova.service import Compute

# Query parameter to the key of the document that has to equal it.
EXACT = {
    "uuid": "id",
    "image": "image_id",
    "user_id": "user_id",
    "key_name": "key_name",
    "vm_state": "vm_state",
    "task_state": "task_state",
    "reservation_id": "reservation_id",
    "availability_zone": "zone",
    "host": "host",
}
SORT_KEYS = {"display_name": "name", "created_at": "created", "updated_at": "updated", "uuid": "id"}
PATTERNS = {"name": "name", "display_name": "name", "hostname": "hostname", "description": "description"}
TAGS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "tags": lambda own, asked: asked <= own,
    "tags-any": lambda own, asked: bool(own & asked),
    "not-tags": lambda own, asked: not asked <= own,
    "not-tags-any": lambda own, asked: not asked & own,
}


def selected(service: Compute, call: Call) -> list[Document]:
    """The page of servers that a request asks for, newest first unless it says otherwise."""
    query = call.query
    _check_limit(query)
    servers = list(reversed(_candidates(service, call, query)))
    for key, value in query.items():
        if (test := _test(service, key, value)) is not None:
            servers = [each for each in servers if test(each)]
    if "sort_key" in query:
        keys = query["sort_key"] if isinstance(query["sort_key"], list) else [query["sort_key"]]
        query["sort_key"] = [SORT_KEYS.get(each, each) for each in keys]
        query.setdefault("sort_dir", ["desc"] * len(keys))
        servers = ordered(servers, query)
    return paged(servers, query)


def _check_limit(query: dict[str, Any]) -> None:
    if not str(limit := query.get("limit", "0")).isdigit():
        raise bad_request(
            f"Invalid input for query parameters limit. Value: {limit}. '{limit}' does not match '^[0-9]*$'"
        )


def _candidates(service: Compute, call: Call, query: dict[str, Any]) -> list[Document]:
    everywhere = str(query.get("all_tenants", "")).lower() in ("1", "true", "t", "yes", "on")
    if not everywhere:
        return service.servers.where(project_id=call.caller.project_id)
    if not call.caller.is_admin:
        kind = "detail" if call.request.path.endswith("/detail") else "index"
        raise forbidden(f"Policy doesn't allow os_compute_api:servers:{kind}:get_all_tenants to be performed.")
    project_id = query.get("project_id") or query.get("tenant_id")
    return service.servers.where(project_id=project_id) if project_id else service.servers.all()


def _test(service: Compute, key: str, value: Any) -> Callable[[Document], bool] | None:
    """What a query parameter asks of a server, None when it is no filter."""
    if key in PATTERNS:
        return _matches(key, value)
    if key == "status":
        wanted = {each.upper() for each in wanted_values(value)}
        return lambda each: each["status"] in wanted
    if key == "flavor":
        return lambda each: each["flavor"]["id"] == value
    if key in ("ip", "ip6"):
        version = 4 if key == "ip" else 6
        pattern = _pattern(value, key)
        return lambda each: any(pattern.search(address) for address in _addresses(service, each, version))
    if key in TAGS:
        asked = {tag for each in wanted_values(value) for tag in each.split(",")}
        return lambda each: TAGS[key](set(each["tags"]), asked)
    if key in ("changes-since", "changes-before"):
        return _changed(key, value)
    if key == "locked":
        return lambda each: each["locked"] is (str(value).lower() == "true")
    if key == "deleted":
        return lambda each: str(value).lower() not in ("true", "1")
    if key in EXACT:
        return lambda each: str(each[EXACT[key]] or "") in wanted_values(value)
    return None


def _matches(key: str, value: Any) -> Callable[[Document], bool]:
    pattern = _pattern(value, key)
    return lambda each: pattern.search(str(each[PATTERNS[key]] or "")) is not None


def _pattern(value: Any, key: str = "name") -> re.Pattern[str]:
    try:
        return re.compile(str(value), re.IGNORECASE)
    except re.error as error:
        raise bad_request(
            f"Invalid input for query parameters {key}. Value: {value}. '{value}' is not a 'regex'"
        ) from error


def _addresses(service: Compute, server: Document, version: int) -> list[str]:
    found = server_views.addresses(service, server).values()
    return [each["addr"] for entries in found for each in entries if each["version"] == version]


def _changed(key: str, value: Any) -> Callable[[Document], bool]:
    try:
        moment = times.parse(str(value))
    except ValueError as error:
        raise bad_request(
            f"Invalid input for query parameters {key}. Value: {value}. '{value}' is not a 'date-time'"
        ) from error
    if key == "changes-since":
        return lambda each: times.parse(each["updated"]) >= moment
    return lambda each: times.parse(each["updated"]) <= moment
