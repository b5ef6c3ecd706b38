"""Stacks: the list with its filters and pages."""

from __future__ import annotations

from typing import Any

from heat_mq.api.call import Answer, Call
from heat_mq.api.schemas.stacks import read_tags
from heat_mq.api.schemas.status import split_status
from heat_mq.api.views import stacks as view

#: Filters by the name in the query, and the engine's name for each.
FILTERS = {
    "id": "id",
    "name": "name",
    "stack_name": "name",
    "status": "status",
    "stack_status": "status",
    "action": "action",
    "stack_action": "action",
    "stack_status_reason": "status_reason",
    "tenant": "tenant",
    "username": "username",
    "stack_owner": "username",
    "owner_id": "owner_id",
    "parent": "owner_id",
    "stack_user_project_id": "stack_user_project_id",
    "disable_rollback": "disable_rollback",
    "timeout_mins": "timeout_mins",
}
TAG_FILTERS = ("tags", "tags_any", "not_tags", "not_tags_any")


def index(call: Call) -> Answer:
    everywhere = call.query.flag("global_tenant")
    if everywhere:
        call.require("stacks:global_index")
    limit = call.query.number("limit")
    chosen = _choice(call, everywhere)
    with_count = call.query.flag("with_count")
    stacks = call.engine.list_stacks(
        call.context,
        limit=limit,
        marker=call.query.text("marker"),
        sort_keys=_sort_keys(call),
        sort_dir=call.query.direction(),
        **chosen,
    )
    answer: dict[str, Any] = {"stacks": [view.summary(call.links, stack, with_project=everywhere) for stack in stacks]}
    if limit and len(stacks) == limit:
        last = stacks[-1]["stack_identity"]["stack_id"]
        page = call.url.partition("?")[0]
        answer["links"] = [{"rel": "next", "href": f"{page}?{call.query.with_marker(last)}"}]
    if with_count:
        answer["count"] = call.engine.count_stacks(call.context, **chosen)
    return Answer(answer)


def _choice(call: Call, everywhere: bool) -> dict[str, Any]:
    """Which stacks are meant, whatever the page."""
    query = call.query
    choice: dict[str, Any] = {name: query.flag(name) for name in ("show_deleted", "show_nested", "show_hidden")}
    for name in TAG_FILTERS:
        tags = query.text(name)
        choice[name] = None if tags is None else read_tags(tags, f"query parameter {name!r}")
    choice["tenant_safe"] = not everywhere
    choice["filters"] = _filters(call) or None
    return choice


def _filters(call: Call) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, values in call.query.filters(FILTERS).items():
        found.setdefault(FILTERS[name], []).extend(values)
    return split_status(found)


def _sort_keys(call: Call) -> list[str] | None:
    keys = [key for value in call.query.all("sort_keys") for key in value.split(",") if key]
    return keys or None
