"""Canonical URLs."""

from __future__ import annotations

import functools
from typing import TypedDict
from urllib.parse import quote

from heat_mq.rpc.answers import StackIdentity


class Link(TypedDict):
    href: str
    rel: str


@functools.lru_cache(maxsize=4096)  # a list has the same names over and over
def _quoted(name: str) -> str:
    return quote(name, safe="")


class Links:
    """URLs below ``base``, the address by which this client reached the API (behind proxies too)."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")

    def url(self, identity: StackIdentity, path: str | None = None) -> str:
        """URL of a stack, or of what ``identity["path"]`` (or ``path``) leads to in it."""
        stack = f"{_quoted(identity['stack_name'])}/{_quoted(identity['stack_id'])}"
        within = identity["path"] if path is None else path
        return f"{self.base}/v1/{_quoted(identity['tenant'])}/stacks/{stack}{quote(within, safe='/')}"

    def link(self, rel: str, identity: StackIdentity, path: str | None = None) -> Link:
        return {"href": self.url(identity, path), "rel": rel}
