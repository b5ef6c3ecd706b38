"""The version document."""

from __future__ import annotations

from typing import Any


def document(base: str) -> dict[str, Any]:
    """All versions of the API; ``base`` is the address by which the client reached it."""
    return {
        "versions": [
            {"id": "v1.0", "status": "CURRENT", "links": [{"rel": "self", "href": f"{base.rstrip('/')}/v1/"}]},
        ]
    }
