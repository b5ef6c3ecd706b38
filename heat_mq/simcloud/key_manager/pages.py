"""Pages of the key manager's lists, by ``limit`` and ``offset``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.key_manager.service import KeyManager

PAGE = 10


def page(service: KeyManager, call: Call, key: str, found: list[Document]) -> Document:
    """The part of a list that the query asks for, with the link to the next one."""
    start, count = _number(call, "offset", 0), _number(call, "limit", PAGE)
    answer: Document = {key: found[start : start + count], "total": len(found)}
    if start + count < len(found):
        answer["next"] = f"{service.url()}/v1/{key}?limit={count}&offset={start + count}"
    return answer


def _number(call: Call, key: str, default: int) -> int:
    text = str(call.query.get(key, default))
    if not text.isdecimal():
        raise bad_request(f"{key} must be a number.")
    return int(text)
