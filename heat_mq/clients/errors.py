"""What goes wrong with a service, as errors of ours: in the service's own words, with its request id."""

from __future__ import annotations

import datetime
import email.utils
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import requests
from keystoneauth1 import exceptions as ks
from openstack import exceptions as sdk
from urllib3 import exceptions as urllib3_errors

from heat_mq.errors import (
    CloudConflict,
    CloudError,
    CloudGone,
    CloudQuota,
    CloudTransient,
    ServiceMissing,
)

#: Raised where no request can have reached the service, so that any call may be repeated.
_NEVER_SENT: Final = (urllib3_errors.NewConnectionError, urllib3_errors.ConnectTimeoutError)
_QUOTA_WORDS: Final = re.compile(r"quota|limit exceeded|exceeded for", re.IGNORECASE)
_TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST: Final = 2000


def from_response(response: requests.Response, service: str) -> CloudError:
    """The error that an answer of 400 or above stands for."""
    status = response.status_code
    body = _body(response)
    kind, message = _read(response, body)
    fields: dict[str, Any] = {
        "status": status,
        "request_id": request_id(response),
        "service": service,
        "reason": kind,
        **_problems(body),
    }
    if status in _TRANSIENT or status > 504:
        return CloudTransient(message, retry_after=retry_after(response), **fields)
    if _is_quota(status, kind, message):
        return CloudQuota(message, **fields)
    if status == 404:
        return CloudGone(message, **fields)
    if status == 409:
        return CloudConflict(message, **fields)
    return CloudError(message, **fields)


def from_exception(error: Exception, service: str) -> Exception:
    """Our error for one of keystoneauth, openstacksdk or requests; any other comes back unchanged."""
    response = getattr(error, "response", None)
    if isinstance(response, requests.Response) and response.status_code >= 400:
        return from_response(response, service)
    match error:
        case ks.EndpointNotFound() | ks.ServiceUnavailable() | sdk.ServiceDisabledException():
            # What the SDK puts before the catalog's own words says nothing of the cloud.
            reason = _text(error).rpartition("in the service catalog: ")[2]
            return ServiceMissing(f"The cloud offers no {service} service: {reason}", reason=reason)
        case ks.HttpError():
            return CloudError(
                _text(error), status=error.http_status, request_id=error.request_id or "", service=service
            )
        case ks.SSLError():
            return CloudError(_text(error), service=service)
        case ks.ConnectionError() | ks.DiscoveryFailure() | requests.RequestException():
            return CloudTransient(_text(error), service=service)
        case ks.ClientException() | sdk.SDKException():
            return CloudError(_text(error), service=service)
    return error


@contextmanager
def translated(service: str) -> Iterator[None]:
    """Raise our errors for whatever the libraries raise inside."""
    try:
        yield
    except (ks.ClientException, sdk.SDKException, requests.RequestException) as error:
        raise from_exception(error, service) from error


def never_sent(error: BaseException) -> bool:
    """Whether the failure shows that the service cannot have seen the request."""
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        each = pending.pop()
        if id(each) in seen or not isinstance(each, BaseException):
            continue
        seen.add(id(each))
        if isinstance(each, _NEVER_SENT):
            return True
        # requests wraps urllib3's error as an argument, keystoneauth wraps requests' as the context
        pending += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return False


def request_id(response: requests.Response) -> str:
    """The id under which the service logged the request, or "" when it gave none."""
    headers = response.headers
    return headers.get("x-openstack-request-id") or headers.get("x-compute-request-id") or ""


def retry_after(response: requests.Response) -> float | None:
    """Seconds of the Retry-After header, which may hold seconds or a date; None without one."""
    text = response.headers.get("Retry-After", "")
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return max(0.0, (moment - datetime.datetime.now(datetime.UTC)).total_seconds())


def _is_quota(status: int, kind: str, message: str) -> bool:
    """Neutron answers 409 OverQuota, Nova 403, Cinder, Glance and Manila 413."""
    return (
        status == 413
        or (status == 409 and kind == "OverQuota")
        or (status in (403, 409) and _QUOTA_WORDS.search(message) is not None)
    )


def _body(response: requests.Response) -> Any:
    """The decoded answer; None for one that is no JSON."""
    try:
        return response.json()
    except ValueError:
        return None


def _read(response: requests.Response, body: Any) -> tuple[str, str]:
    """``(the service's name of the error or "", its text)``."""
    kind, message = _from_json(body)
    if not message and body is None:
        message = _from_html(response.text)
    text = message or f"HTTP {response.status_code} {response.reason or ''}".rstrip()
    return kind, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _from_json(body: Any) -> tuple[str, str]:
    """Every service wraps its message in its own way: ``{"NeutronError": {"type", "message", "detail"}}``,
    ``{"conflictingRequest": {"code", "message"}}``, ``{"error": {"message"}}``, ``{"faultstring"}``,
    ``{"errors": [{"title", "detail"}]}``, ``{"message"}``."""
    if not isinstance(body, dict):
        return "", ""
    parts = [("", body), *((name, part[0] if isinstance(part, list) and part else part) for name, part in body.items())]
    # Heat has a title beside its error, which says more.
    for keys in (("message", "faultstring", "detail", "description"), ("title",)):
        for name, part in parts:
            if not isinstance(part, dict):
                if name == "NeutronError":
                    return "", str(part)
                continue
            for key in keys:
                text = part.get(key)
                if isinstance(text, str) and text:
                    return str(part.get("type") or name), text
    return "", ""


def _problems(body: Any) -> dict[str, Any]:
    """What a heat_mq service lists beside the message of a template that it refuses."""
    error = body.get("error") if isinstance(body, dict) else None
    problems = error.get("problems") if isinstance(error, dict) else None
    return {"problems": problems} if isinstance(problems, list) else {}


def _from_html(text: str) -> str:
    """Glance and proxies answer with a page: its words, without the tags and what is said twice."""
    body = re.sub(r"(?is)<(head|script|style)\b.*?</\1>", " ", text)
    lines = (html.unescape(re.sub(r"<[^>]*>", " ", line)).strip() for line in re.split(r"<br\s*/?>|\n", body))
    return ": ".join(dict.fromkeys(" ".join(line.split()) for line in lines if line))


def _text(error: Exception) -> str:
    return str(getattr(error, "message", None) or error)
