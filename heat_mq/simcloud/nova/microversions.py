"""Microversions: which version of the compute API a request speaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heat_mq.simcloud.refusal import Refusal, bad_request

if TYPE_CHECKING:
    import falcon

    from heat_mq.simcloud.routing import Call

Version = tuple[int, int]

OLDEST: Version = (2, 1)
NEWEST: Version = (2, 96)
_FORM = re.compile(r"^([1-9]\d*)\.([1-9]\d*|0)$")
_HEADERS = "OpenStack-API-Version, X-OpenStack-Nova-API-Version"


def text(version: Version) -> str:
    return f"{version[0]}.{version[1]}"


def requested(request: falcon.Request) -> Version:
    """The version that the headers ask for, 2.1 without; Refusal 400 or 406 when there is no such."""
    wanted = ""
    for part in (request.get_header("OpenStack-API-Version") or "").split(","):
        service, _, named = part.strip().partition(" ")
        if service == "compute":
            wanted = named.strip()
    wanted = wanted or request.get_header("X-OpenStack-Nova-API-Version") or text(OLDEST)
    if wanted == "latest":
        return NEWEST
    if (match := _FORM.match(wanted)) is None:
        raise bad_request(f"API Version String {wanted} is of invalid format. Must be of format MajorNum.MinorNum.")
    version = (int(match[1]), int(match[2]))
    if not OLDEST <= version <= NEWEST:
        raise Refusal(
            406,
            f"Version {wanted} is not supported by the API. Minimum is {text(OLDEST)} and maximum is {text(NEWEST)}.",
        )
    return version


def since(call: Call, minor: int) -> bool:
    """Whether the request speaks 2.``minor`` or later."""
    return requested(call.request) >= (2, minor)


def answer_headers(request: falcon.Request) -> dict[str, str]:
    """What every answer says about its version; Refusal as :func:`requested`."""
    version = text(requested(request))
    return {"OpenStack-API-Version": f"compute {version}", "X-OpenStack-Nova-API-Version": version, "Vary": _HEADERS}


def require(call: Call, minor: int) -> None:
    """Refuse (404, as for a path that does not exist) what came in with 2.``minor``."""
    if not since(call, minor):
        raise Refusal(404, "The resource could not be found.")
