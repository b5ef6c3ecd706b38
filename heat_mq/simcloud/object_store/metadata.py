"""Metadata of accounts and containers, which travels in headers."""

from __future__ import annotations

from collections.abc import Mapping

from heat_mq.simcloud.routing import Call
from heat_mq.simcloud.store import Document


def change_metadata(document: Document, call: Call, kind: str) -> None:
    """Take over the metadata that a request gives; an empty value takes one away."""
    merged = {**document["metadata"], **read_metadata(call, kind)}
    document["metadata"] = {name: value for name, value in merged.items() if value}


def read_metadata(call: Call, kind: str) -> dict[str, str]:
    """The ``X-{kind}-Meta-`` headers of a request by the rest of their names, in lower case."""
    prefix = f"X-{kind}-META-".upper()
    headers = {name.upper(): value for name, value in call.request.headers.items()}
    return {name[len(prefix) :].lower(): value for name, value in headers.items() if name.startswith(prefix)}


def shown_metadata(metadata: Mapping[str, str], kind: str) -> dict[str, str]:
    """The headers of an answer."""
    return {f"X-{kind}-Meta-{name.title()}": value for name, value in metadata.items() if value}
