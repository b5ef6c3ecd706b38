"""What a signed request claims, in the form in which Keystone checks it.

Signature version 2 stands in the parameters, version 4 in the header Authorization or in parameters ``X-Amz-…``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import Any

from heat_mq.api_cfn.errors import AwsError
from heat_mq.api_cfn.request import Request

_V4 = "AWS4-HMAC-SHA256"
_FIELD = re.compile(r"(\w+)=([^,\s]+)")
#: Headers that Keystone's check reads besides those that were signed.
_READ = ("authorization", "x-amz-date", "user-agent")


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """Whose key (``access``) has signed which request how."""

    access: str
    signature: str = dataclasses.field(repr=False)
    request: Request = dataclasses.field(repr=False)
    signed_headers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The body of Keystone's ``POST /v3/ec2tokens``."""
        request = self.request
        # Names as Keystone's check spells them; nothing that it does not need leaves this process.
        headers = {
            name.title(): request.headers[name] for name in {*_READ, *self.signed_headers} if name in request.headers
        }
        params = {name: value for name, value in request.params.items() if name not in ("Signature", "X-Amz-Signature")}
        credentials = {
            "access": self.access,
            "signature": self.signature,
            "host": request.host,
            "verb": request.method,
            "path": request.signed_path,
            "params": params,
            "headers": headers,
            "body_hash": hashlib.sha256(request.body).hexdigest(),
        }
        return {"credentials": credentials}


def claim_of(request: Request) -> Claim | None:
    """What the request claims; None when it is not signed. Raises ``AwsError`` when it is signed in part."""
    authorization = request.headers.get("authorization", "")
    params = request.params
    if authorization.startswith(_V4):
        fields = dict(_FIELD.findall(authorization))
        return _claim(
            request,
            fields.get("Credential", "").partition("/")[0],
            fields.get("Signature", ""),
            fields.get("SignedHeaders", ""),
        )
    if params.get("X-Amz-Algorithm") == _V4:
        return _claim(
            request,
            params.get("X-Amz-Credential", "").partition("/")[0],
            params.get("X-Amz-Signature", ""),
            params.get("X-Amz-SignedHeaders", ""),
        )
    if "AWSAccessKeyId" in params or "Signature" in params:
        return _claim(request, params.get("AWSAccessKeyId", ""), params.get("Signature", ""))
    return None


def _claim(request: Request, access: str, signature: str, signed_headers: str = "") -> Claim:
    if not access:
        raise AwsError("MissingAuthenticationToken", "The request is signed, but it does not say with which key.")
    if not signature:
        raise AwsError("IncompleteSignature", "The request names a key, but it bears no signature.")
    return Claim(access, signature, request, tuple(name.lower() for name in signed_headers.split(";") if name))
