"""What no answer may be, whatever was asked."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from tests.documented import misfit
from tests.fuzz.sending import Answer, Request

#: What the text of an exception of ours or of a library would hold.
INSIDES = (b"Traceback (most recent", b'File "/', b"sqlalchemy", b"site-packages", b"heat_mq/")
FAULT = {"code", "error", "explanation", "title"}
PLAIN = {"code", "message", "title"}


def wrongs(request: Request, answer: Answer) -> list[str]:
    """Everything that is wrong with an answer."""
    found = []
    if answer.status >= 500:
        found.append(f"status {answer.status}")
    found += [f"the body holds {word!r}" for word in INSIDES if word in answer.body and word not in _sent(request)]
    found += [f"the header {name} breaks the line" for name, value in answer.headers.items() if "\n" in value + name]
    if "x-openstack-request-id" not in answer.headers:
        found.append("no request id")
    if request.method in ("HEAD", "OPTIONS"):
        return found  # answers to them have no body
    return found + (_rest(request, answer) if request.api == "rest" else _cfn(answer))


def _sent(request: Request) -> bytes:
    return request.body + unquote_to_bytes(request.target) + repr(request.headers).encode()


def _rest(request: Request, answer: Answer) -> list[str]:
    path = quote(unquote_to_bytes(request.path), safe="/:")
    found = []
    try:
        if told := misfit(request.method, path, answer.status, answer.headers, answer.body):
            found.append(told)
        if answer.status >= 400 and not _is_fault(answer, json.loads(answer.body)):
            found.append(f"{answer.status} is no fault: {answer.body[:300]!r}")
    except ValueError:
        found.append(f"{answer.status} is not JSON: {answer.body[:300]!r}")
    return found


def _is_fault(answer: Answer, body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    if answer.status == 401:
        return "error" in body
    error = body.get("error")
    faulty = set(body) == FAULT and isinstance(error, dict) and {"message", "traceback", "type"} <= set(error)
    if faulty:
        return body["code"] == answer.status and error["traceback"] is None and bool(error["message"])  # type: ignore[index]
    return set(body) == PLAIN


def _cfn(answer: Answer) -> list[str]:
    kind = answer.headers.get("content-type", "")
    try:
        if kind.startswith("application/json"):
            body = json.loads(answer.body)
            good = answer.status < 400 or {"Code", "Message", "Type"} <= set(body["ErrorResponse"]["Error"])
        else:
            root = ET.fromstring(answer.body)
            good = answer.status < 400 or bool(root.tag == "ErrorResponse" and root.findtext("Error/Code"))
    except (ValueError, KeyError, TypeError, ET.ParseError) as error:
        return [f"{answer.status} cannot be read ({error}): {answer.body[:300]!r}"]
    return [] if good else [f"{answer.status} is no error of AWS's: {answer.body[:300]!r}"]
