"""The lives of Heat's own types that use a service."""

from __future__ import annotations

from tests.unit.resources.lives import Life


class Keys:
    """The one thing that they need of the port to software."""

    def url_key(self, container: str) -> str:
        return f"key of {container}"


LIVES = (
    Life(
        "OS::Heat::SwiftSignalHandle",
        lambda make: {},
        services=("object-store",),
        user="demo",
        can_be_gone=False,  # nobody looks for a container
    ),
)
