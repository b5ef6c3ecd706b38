"""The life of Zaqar's type. A queue is its name."""

from __future__ import annotations

from tests.unit.resources.lives import Life

LIVES = (
    Life(
        "OS::Zaqar::Queue",
        lambda make: {"name": "jobs", "metadata": {"a": 1, "_default_message_ttl": 100}},
        {"metadata": {"b": 2, "_default_message_ttl": 200}},
        {"name": "tasks"},
        shown={"a": 1, "_default_message_ttl": 100},
        changed={"a": None, "b": 2, "_default_message_ttl": 200},
        services=("message",),
        user="demo",
        can_be_gone=False,
    ),
)
