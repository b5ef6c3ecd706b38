"""Temporary URLs: whoever bears one may do one thing to one object, without a token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.refusal import unauthorized
from heat_mq.simcloud.routing import Call

#: The digests that a default Swift takes, by the length of their text.
DIGESTS = {64: "sha256", 128: "sha512"}
#: A URL to write with lets its bearer look whether it was written.
IMPLIED = {"HEAD": ("HEAD", "GET", "PUT")}


def allows(call: Call, path: str, keys: Iterable[str], now: float) -> bool:
    """Whether the request bears a signature for its method and ``path``, which is not over, by one of ``keys``."""
    given, expires = str(call.query.get("temp_url_sig", "")), str(call.query.get("temp_url_expires", ""))
    digest = DIGESTS.get(len(given))
    if digest is None or not expires.isdigit() or int(expires) <= now:
        return False
    methods = IMPLIED.get(call.request.method, (call.request.method,))
    texts = [f"{method}\n{expires}\n{path}".encode() for method in methods]
    wanted = [hmac.new(key.encode(), text, getattr(hashlib, digest)).hexdigest() for key in keys for text in texts]
    return any(hmac.compare_digest(given, each) for each in wanted)


def check(call: Call, caller: Caller, project_id: str, path: str, keys: Iterable[str], now: float) -> None:
    """Refuse who has neither a token for the account nor a URL for the object."""
    if not caller.sees(project_id) and not allows(call, path, keys, now):
        raise unauthorized("Temp URL invalid" if "temp_url_sig" in call.query else "")
