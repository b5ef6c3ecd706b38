"""Signature version 2 of AWS's query APIs, and URLs that carry one.

A URL signed here bears no time, so it is good as long as the key is: Keystone refuses a signature whose ``Timestamp``
is older than a quarter of an hour, and whoever signals may do so weeks later.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping

#: What a path may hold unescaped (RFC 3986, pchar).
_PATH_SAFE = "/~!$&'()*+,;=:@"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_path(path: str) -> str:
    """The path as it is signed; ``path`` is decoded, as a web server gives it to an application."""
    return urllib.parse.quote(path, _PATH_SAFE)


def canonical_query(params: Mapping[str, str]) -> str:
    """The parameters in the order and escaping in which they are signed."""
    return "&".join(
        f"{urllib.parse.quote(name, '-_.~')}={urllib.parse.quote(value, '-_.~')}"
        for name, value in sorted(params.items(), key=lambda item: item[0].encode())
    )


def sign(secret: str, verb: str, host: str, path: str, params: Mapping[str, str]) -> str:
    """The signature (HMAC-SHA256 in base64) of a request.

    ``host`` is the Host header in lower case, ``path`` canonical, ``params`` all parameters but ``Signature``.
    """
    text = "\n".join((verb, host, path, canonical_query(params)))
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def signed_url(url: str, verb: str, access: str, secret: str) -> str:
    """``url`` with the parameters that let its bearer send ``verb`` to it with the rights of the key pair."""
    parts = urllib.parse.urlsplit(url)
    params = {"AWSAccessKeyId": access, "SignatureMethod": "HmacSHA256", "SignatureVersion": "2"}
    path = canonical_path(urllib.parse.unquote(parts.path))
    params["Signature"] = sign(secret, verb, _host(parts), path, params)
    return parts._replace(query=urllib.parse.urlencode(params), fragment="").geturl()


def _host(parts: urllib.parse.SplitResult) -> str:
    """What a client will send as the Host header: it leaves out the scheme's own port."""
    host = parts.netloc.rpartition("@")[2].lower()
    return host.removesuffix(f":{_DEFAULT_PORTS.get(parts.scheme)}")
