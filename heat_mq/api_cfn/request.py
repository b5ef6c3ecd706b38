"""One request as it came: its parameters, body and path."""

from __future__ import annotations

import dataclasses
import io
from urllib.parse import parse_qsl

from heat_mq.api_cfn.errors import AwsError
from heat_mq.signature import canonical_path
from heat_mq.text import unstorable
from heat_mq.web.wsgi import Environ

#: More fields than any request needs: a template may have some hundred parameters.
MAX_FIELDS = 5000
#: Where version negotiation leaves the path below the version.
PATH = "heat_mq.cfn.path"
_KEY = "heat_mq.cfn.request"
_FORM = "application/x-www-form-urlencoded"


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """``params`` are those of the query and, where actions are asked for, of a form; the last of one name counts.

    ``path`` is what follows the version, ``signed_path`` the whole path in the form in which it is signed, ``headers``
    have their names in lower case.
    """

    method: str
    path: str
    signed_path: str
    host: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, environ: Environ) -> Request:
        """The request of an environment, read once. Raises ``AwsError`` MalformedQueryString."""
        if _KEY not in environ:
            environ[_KEY] = cls._read(environ)
        found: Request = environ[_KEY]
        return found

    @classmethod
    def _read(cls, environ: Environ) -> Request:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        path = _text(environ.get(PATH) or environ.get("PATH_INFO", ""))
        params = _parse(environ.get("QUERY_STRING", "").encode("latin-1"), "query string")
        # Bodies of signals are JSON, whatever a client (curl, say) calls them.
        if not path.strip("/") and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == _FORM:
            params |= _parse(body, "form")
        return cls(
            method=environ["REQUEST_METHOD"],
            path=path,
            signed_path=canonical_path(_text(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))),
            host=environ.get("HTTP_HOST", ""),
            params=params,
            headers=_headers(environ),
            body=body,
        )


def params_of(environ: Environ) -> dict[str, str]:
    """The parameters as far as they are known, for the form of an error."""
    found = environ.get(_KEY)
    if isinstance(found, Request):
        return found.params
    return dict(parse_qsl(environ.get("QUERY_STRING", ""), errors="replace"))


def _parse(raw: bytes, where: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise AwsError("MalformedQueryString", f"The {where} cannot be read: {error}.") from error
    found = dict(pairs)
    if what := unstorable(found):
        raise AwsError("MalformedQueryString", f"The {where} holds {what}.")
    return found


def _headers(environ: Environ) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-").lower()] = environ[name]
    return found


def _text(path: str) -> str:
    """A path as a server decoded it, as text."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")
