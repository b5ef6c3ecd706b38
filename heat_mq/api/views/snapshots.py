"""Snapshots as they are listed and shown."""

from __future__ import annotations

from typing import Any

from heat_mq.rpc.answers import Snapshot

SHOWN = ("id", "name", "action", "status", "status_reason", "creation_time", "data")


def detail(snapshot: Snapshot) -> dict[str, Any]:
    """All of it; the stack is in the path."""
    found: dict[str, Any] = {**snapshot}
    return {name: found[name] for name in SHOWN}
