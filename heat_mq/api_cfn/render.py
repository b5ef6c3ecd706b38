"""Answers as XML in the form of AWS's query APIs, or as JSON."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

from heat_mq.api_cfn.errors import INTERNAL, INTERNAL_MESSAGE, STATUS_OF_CODE, code_of
from heat_mq.api_cfn.request import params_of
from heat_mq.web.wsgi import Environ, StartResponse, send

XML = "text/xml; charset=UTF-8"
JSON = "application/json"

#: What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_xml(root: str, tree: Any) -> bytes:
    """A document with the element ``root``: maps become elements by their keys, lists ``member`` elements.

    It has no declaration: os-collect-config reads it as text, and its parser refuses text that names an encoding.
    """
    element = ET.Element(root)
    _fill(element, tree)
    content: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=False)
    return content


def _fill(element: ET.Element, value: Any) -> None:
    match value:
        case None:
            pass
        case dict():
            for key, item in value.items():
                _fill(ET.SubElement(element, key), item)
        case list():
            for item in value:
                _fill(ET.SubElement(element, "member"), item)
        case bool():
            element.text = "true" if value else "false"
        case _:
            element.text = _UNWRITABLE.sub("\ufffd", str(value))


def wants_json(params: dict[str, str]) -> bool:
    """Whether the request asks for JSON, by its parameter ContentType."""
    return params.get("ContentType", "").upper() == "JSON"


def success(action: str, result: Any, request_id: str, *, as_json: bool) -> tuple[bytes, str]:
    """The answer to an action and its content type."""
    body = {f"{action}Result": result, "ResponseMetadata": {"RequestId": request_id}}
    return _rendered(f"{action}Response", body, as_json)


def failure(code: str, message: str, request_id: str, *, as_json: bool) -> tuple[bytes, str]:
    """An error and its content type."""
    fault = "Receiver" if STATUS_OF_CODE[code] >= 500 else "Sender"
    body = {"Error": {"Type": fault, "Code": code, "Message": message}, "RequestId": request_id}
    return _rendered("ErrorResponse", body, as_json)


def refuse(environ: Environ, start_response: StartResponse, status: int, kind: str, message: str) -> list[bytes]:
    """Answer an error of any type; what is wrong inside is not told."""
    code = code_of(kind, status)
    as_json = wants_json(params_of(environ))
    told = INTERNAL_MESSAGE if code == INTERNAL else message
    content, content_type = failure(code, told, request_id_of(environ), as_json=as_json)
    return send(start_response, STATUS_OF_CODE[code], content, content_type)


def request_id_of(environ: Environ) -> str:
    """The id that oslo.middleware has given to the request."""
    return str(environ.get("openstack.request_id") or "")


def _rendered(root: str, body: dict[str, Any], as_json: bool) -> tuple[bytes, str]:
    if as_json:
        return json.dumps({root: body}, ensure_ascii=False).encode(), JSON
    return to_xml(root, body), XML
