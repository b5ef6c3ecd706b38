"""The life of the type of Swift."""

from __future__ import annotations

from tests.unit.resources.lives import Life

LIVES = (
    Life(
        "OS::Swift::Container",
        lambda make: {
            "name": "things",
            "X-Container-Read": ".r:*",
            "X-Container-Write": "demo:demo",
            "X-Container-Meta": {"Web-Index": "index.html", "floor": 3},
            "X-Account-Meta": {"Colour": "blue"},
            "PurgeOnDelete": True,
        },
        replace={"X-Container-Read": ".r:example.org", "X-Container-Write": None, "X-Container-Meta": {"floor": 4}},
        shown={
            "x-container-read": ".r:*",
            "x-container-write": "demo:demo",
            "x-container-meta-web-index": "index.html",
            "x-container-meta-floor": "3",
        },
        services=("object-store",),
        user="demo",
    ),
)
