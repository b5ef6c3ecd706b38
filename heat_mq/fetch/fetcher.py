"""Fetch a text by URL, within limits of size, time and hosts.

What is asked for comes from users, who must not reach through a service what they cannot reach themselves: each
host is looked up once, its addresses are checked, and connected to as they are; so are those of each redirection. No
proxy is used.
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from typing import Final

from heat_mq.errors import BadRequest, LimitExceeded
from heat_mq.fetch.hosts import may_be_asked

REDIRECTIONS: Final = 5
_CHUNK: Final = 65536
_MOVED: Final = (301, 302, 303, 307, 308)


class NotFetched(BadRequest):
    """A template could not be fetched from its URL: why, in words without what may be secret in the URL."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fetcher:
    """``seconds`` and ``size`` (bytes, -1 for any) bound a fetch with all its redirections.

    ``hosts`` are the names (globs) and networks that may be asked; empty: any with a public address.
    """

    seconds: float = 60.0
    size: int = 524288
    hosts: tuple[str, ...] = ()

    def fetch(self, url: str) -> str:
        """The text at an http or https URL. Raises NotFetched, and LimitExceeded when it is too long."""
        deadline = time.monotonic() + self.seconds
        here = url
        try:
            for _ in range(REDIRECTIONS + 1):
                answer = self._get(here, deadline)
                if isinstance(answer, bytes):
                    return answer.decode("utf-8-sig")
                here = urllib.parse.urljoin(here, answer.location)
            reason = f"it is redirected more than {REDIRECTIONS} times"
        except _TooLong:
            raise LimitExceeded(
                f"The template {_shown(url)} has more than {self.size} bytes (max_template_size)."
            ) from None
        except _Refused as error:
            reason = str(error)
        except UnicodeDecodeError:
            reason = "what is there is not UTF-8 text"
        except TimeoutError:
            reason = self._late
        except ssl.SSLCertVerificationError as error:
            reason = f"its certificate is not trusted: {error.verify_message}"
        except (OSError, http.client.HTTPException) as error:
            reason = self._late if time.monotonic() >= deadline else str(error) or type(error).__name__
        except (ValueError, UnicodeError):
            reason = "it is no URL"
        raise NotFetched(f"The template {_shown(url)} cannot be fetched: {reason}.")

    @property
    def _late(self) -> str:
        return f"it was not there within {self.seconds:g} seconds"

    def _get(self, url: str, deadline: float) -> bytes | _Moved:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _Refused("it is no http or https URL")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = self._addresses(parts.hostname, port)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        with _connection(parts.scheme, parts.hostname, addresses, port, deadline) as connection:
            headers = {"Host": parts.netloc.rpartition("@")[2], "Accept": "*/*", "User-Agent": "heat-mq"}
            connection.request("GET", target, headers=headers)
            with connection.getresponse() as response:
                if response.status in _MOVED and response.getheader("Location"):
                    return _Moved(str(response.getheader("Location")))
                if response.status != http.HTTPStatus.OK:
                    raise _Refused(f"the server answers {response.status} {response.reason}")
                body = self._body(response)
        if time.monotonic() >= deadline:
            raise TimeoutError  # the connection was cut, so this may not be all of it
        return body

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        found = bytearray()
        while chunk := response.read(_CHUNK):
            found += chunk
            if 0 <= self.size < len(found):
                raise _TooLong
        return bytes(found)

    def _addresses(self, host: str, port: int) -> list[str]:
        """Those of the host that may be asked."""
        try:
            found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError):
            raise _Refused(f"the host {host} is not known") from None
        allowed = [address for address in found if may_be_asked(host, address, self.hosts)]
        if not allowed:
            raise _Refused(f"the host {host} is not one from which templates are fetched")
        return allowed


class _Refused(Exception):
    """Why not."""


class _TooLong(Exception):
    """There is more than the limit of size allows."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Moved:
    location: str


@contextlib.contextmanager
def _connection(
    scheme: str, host: str, addresses: Sequence[str], port: int, deadline: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut at the deadline, however slowly the server sends."""
    connection = http.client.HTTPConnection(host, port)
    live = [_connected(addresses, port, deadline)]
    cut = threading.Timer(deadline - time.monotonic(), _shut, [live])
    cut.daemon = True
    cut.start()
    try:
        if scheme == "https":
            context = ssl.create_default_context()
            secure = context.wrap_socket(live[0], server_hostname=host, do_handshake_on_connect=False)
            live[0] = secure
            secure.do_handshake()
        connection.sock = live[0]
        yield connection
    finally:
        cut.cancel()
        connection.close()
        live[0].close()


def _connected(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A socket to the first address that answers; those left share the time that is left.

    Raises the last one's OSError, or TimeoutError.
    """
    failure: OSError = TimeoutError()
    for tried, address in enumerate(addresses):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            found = socket.create_connection((address, port), timeout=left / (len(addresses) - tried))
        except OSError as error:
            failure = error
            continue
        found.settimeout(max(deadline - time.monotonic(), 0.001))
        return found
    raise failure


def _shut(live: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        live[0].shutdown(socket.SHUT_RDWR)


def _shown(url: str) -> str:
    """The URL without what may be secret in it."""
    try:
        parts = urllib.parse.urlsplit(url)
        return urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return "at that URL"
