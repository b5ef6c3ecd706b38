"""The ports that software types cannot do without."""

from __future__ import annotations

from heat_mq.errors import Bug
from heat_mq.resources.kit import Call
from heat_mq.resources.kit.software import Software


def software(call: Call) -> Software:
    """The port to configs and deployments."""
    if call.software is None:
        raise Bug("a software type was called without the port to configs and deployments")
    return call.software
