"""The lives of Heat's own types that use a service."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Life


class Keys:
    """What they need of the port to software, where nothing is deployed."""

    def url_key(self, container: str) -> str:
        return f"key of {container}"

    def server_metadata(self) -> dict[str, Any]:
        return {}


def handle(transport: str, *services: str) -> Life:
    return Life(
        "OS::Heat::WaitConditionHandle",
        lambda make: {"signal_transport": f"{transport}_SIGNAL"},
        services=services,
        user="demo",
        can_be_gone=False,
        variant=f"signalled by {transport}",
    )


LIVES = (
    Life(
        "OS::Heat::SwiftSignalHandle",
        lambda make: {},
        services=("object-store",),
        user="demo",
        can_be_gone=False,  # nobody looks for a container
    ),
    handle("CFN", "identity"),
    handle("HEAT", "identity"),
    handle("TEMP_URL", "object-store"),
    handle("TOKEN", "identity"),
    handle("ZAQAR", "identity"),
)
