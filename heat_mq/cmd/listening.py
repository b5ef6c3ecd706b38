"""Listen on a port that somebody has named."""

from __future__ import annotations

import socket

from heat_mq import concurrency


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A socket that listens; raises OSError, whose text a user can be shown, when the address cannot be had."""
    try:
        return concurrency.listen(host, port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise OSError(f"cannot serve on {host} port {port}: {why}; choose another with {option}") from error
