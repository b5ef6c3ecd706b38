"""make_url."""

from __future__ import annotations

import urllib.parse
from typing import Any

from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, intrinsic, keys

_TEXTS = ("scheme", "username", "password", "host", "path", "fragment")
_PARTS = keys(only=True, optional=("scheme", "username", "password", "host", "port", "path", "query", "fragment"))


@intrinsic("make_url", since="2017-09-01", shape=_PARTS)
def make_url(args: dict[str, Any]) -> str:
    """A URL from its parts, each escaped as its place needs; all are optional.

    ``{make_url: {scheme: http, host: "2001:db8::1", port: 80, query: {k: v w}}}`` gives
    ``"http://[2001:db8::1]:80?k=v+w"``.
    """
    given = {name: value for name, value in args.items() if value is not None}
    for name in _TEXTS:
        if not isinstance(given.get(name, ""), str):
            raise Refused(f"needs a string as {name}, not {shown(given[name])}", name)
    scheme, path, fragment = (given.get(name, "") for name in ("scheme", "path", "fragment"))
    if ":" in scheme:
        raise Refused(f"takes a scheme without the colon, not {shown(scheme)}", "scheme")
    query = given.get("query", {})
    if not isinstance(query, dict):
        raise Refused(f"needs a map as query, not {shown(query)}", "query")
    authority = _authority(given)
    path = urllib.parse.quote(path)
    if authority and path and not path.startswith("/"):
        path = f"/{path}"
    pairs = urllib.parse.urlencode(list(query.items()), safe="/")
    return urllib.parse.urlunsplit((scheme, authority, path, pairs, urllib.parse.quote(fragment)))


def _authority(given: dict[str, Any]) -> str:
    user = urllib.parse.quote(given.get("username", ""), safe="")
    if given.get("password"):
        user += f":{urllib.parse.quote(given['password'], safe='')}"
    host = given.get("host", "").strip("[]")
    if ":" in host:
        host = f"[{host}]"
    port = _port(given["port"]) if "port" in given else ""
    return f"{user}@{host}{port}" if user else f"{host}{port}"


def _port(given: Any) -> str:
    try:
        port = -1 if isinstance(given, bool | float) else int(given)
    except (TypeError, ValueError):
        port = -1
    if not 1 <= port <= 65535:
        raise Refused(f"needs a port from 1 to 65535, not {shown(given)}", "port")
    return f":{port}"
