"""Canonical URLs."""

from __future__ import annotations

from typing import TypedDict
from urllib.parse import quote

from heat_mq.rpc.answers import StackIdentity


class Link(TypedDict):
    href: str
    rel: str


class Links:
    """URLs below ``base``, the address by which this client reached the API (behind proxies too)."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")

    def url(self, identity: StackIdentity, path: str | None = None) -> str:
        """URL of a stack, or of what ``identity["path"]`` (or ``path``) leads to in it."""
        names = (identity["tenant"], "stacks", identity["stack_name"], identity["stack_id"])
        within = identity["path"] if path is None else path
        return f"{self.base}/v1/{'/'.join(quote(name, safe='') for name in names)}{quote(within, safe='/')}"

    def link(self, rel: str, identity: StackIdentity, path: str | None = None) -> Link:
        return {"href": self.url(identity, path), "rel": rel}
