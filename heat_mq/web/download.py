"""Fetches a template from the URL that a client names.

The API stands inside the operator's network, so a client must not make it read what only it can reach: hosts that
the configuration does not allow are refused, for every redirect anew, and the connection goes to the very address that
was checked.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Collection
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from oslo_config import cfg

from heat_mq import errors
from heat_mq.hosts import may_be_asked

MAX_REDIRECTS = 3
_CHUNK = 65536


class DownloadFailed(errors.BadRequest):
    """A template could not be fetched from its URL."""


def fetch_as_configured(url: str, conf: cfg.ConfigOpts) -> str:
    """The template at ``url``, within the size, time and hosts of the configuration. Raises as :func:`fetch`."""
    return fetch(
        url, limit=conf.max_template_size, timeout=conf.template_fetch_timeout, hosts=conf.template.fetch_hosts
    )


def fetch(url: str, *, limit: int, timeout: float = 60.0, hosts: Collection[str] = ()) -> str:
    """The text at an http or https ``url``, at most ``limit`` bytes (-1: any).

    ``timeout``: seconds for everything, names, redirects and body. ``hosts``: see :mod:`heat_mq.hosts`.
    Raises ``DownloadFailed`` when it cannot be had and ``LimitExceeded`` when it is longer.
    """
    deadline = time.monotonic() + timeout
    for _ in range(MAX_REDIRECTS + 1):
        parts = _checked(url)
        response = _open(parts, _address(parts, hosts), deadline)
        with response:
            target = response.get_redirect_location()
            if not target:
                return _read(response, _shown(parts), limit, deadline)
        url = urljoin(parts.geturl(), target)
    raise DownloadFailed(f"The template at {_shown(parts)!r} is behind more than {MAX_REDIRECTS} redirects.")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError as error:
        # Some of Python's own messages hold what stands before the host.
        raise DownloadFailed("A template is fetched from a URL, and what was given is none.") from error
    if not known:
        raise DownloadFailed(f"A template is fetched from an http or https URL, not from {_shown(parts)!r}.")
    return parts


def _shown(parts: SplitResult) -> str:
    """The URL without what may be secret in it: a message is logged, too."""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _address(parts: SplitResult, hosts: Collection[str]) -> str:
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DownloadFailed(f"The host {host!r} of the template's URL cannot be found.") from error
    address = str(found[0][4][0])
    if not may_be_asked(host, address, hosts):
        raise DownloadFailed(f"The template's URL leads to {host!r}, an address that templates are not fetched from.")
    return address


def _open(parts: SplitResult, address: str, deadline: float) -> urllib3.BaseHTTPResponse:
    left = max(0.1, deadline - time.monotonic())
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, parts.port, server_hostname=parts.hostname, assert_hostname=parts.hostname
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, parts.port)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    host = parts.netloc.rpartition("@")[2]
    try:
        response = pool.urlopen(
            "GET",
            target,
            headers={"Host": host, "Accept-Encoding": "identity"},
            timeout=urllib3.Timeout(total=left),
            retries=False,
            redirect=False,
            preload_content=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise DownloadFailed(f"The template at {_shown(parts)!r} cannot be fetched: no answer.") from error
    if response.status >= 400:
        response.close()
        raise DownloadFailed(f"The template at {_shown(parts)!r} cannot be fetched: HTTP status {response.status}.")
    return response


def _read(response: urllib3.BaseHTTPResponse, url: str, limit: int, deadline: float) -> str:
    content = bytearray()
    try:
        for part in response.stream(_CHUNK, decode_content=False):
            content += part
            if 0 <= limit < len(content):
                raise errors.LimitExceeded(f"The template at {url!r} has more than {limit} bytes (max_template_size).")
            if time.monotonic() > deadline:
                raise DownloadFailed(f"The template at {url!r} comes too slowly.")
        return content.decode()
    except urllib3.exceptions.HTTPError as error:
        raise DownloadFailed(f"The template at {url!r} broke off.") from error
    except UnicodeDecodeError as error:
        raise DownloadFailed(f"The template at {url!r} is not UTF-8 text.") from error
