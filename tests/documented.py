"""Whether answers are those that the API's own document announces."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from heat_mq.api.openapi.document import document

#: Paths of layers that are the libraries' own.
_FOREIGN = ("/healthcheck",)
_VERSION = re.compile(r"/v1\.0(?=/)")


@dataclasses.dataclass(frozen=True)
class Operation:
    """An operation of the document with the path that it is for."""

    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.described["operationId"])


@functools.cache
def described() -> dict[str, Any]:
    return json.loads(json.dumps(document("http://localhost")))


@functools.cache
def operations() -> tuple[Operation, ...]:
    """Every operation, those with the fewest variables in their paths first."""
    found = [
        Operation(method.upper(), path, item[method])
        for path, item in described()["paths"].items()
        for method in item
        if method != "parameters"
    ]
    return tuple(sorted(found, key=lambda each: (each.path.count("{"), -len(each.path))))


def operation_of(method: str, path: str) -> Operation | None:
    """The operation that a request (path as it is sent, quoted) is for."""
    wanted = _VERSION.sub("/v1", path).removesuffix("/") or "/"
    # A header may name the version instead.
    for form in (wanted, f"/v1{wanted}"):
        paths = [each.path for each in operations() if _pattern(each.path).fullmatch(form)]
        if paths:
            # The path with the fewest variables is meant, whether it has the method or not.
            return next((each for each in operations() if (each.path, each.method) == (paths[0], method)), None)
    return None


def misfit(method: str, path: str, status: int, headers: Mapping[str, str], content: bytes) -> str:
    """What the document does not say of an answer; "" when it says all of it."""
    operation = operation_of(method, path)
    if operation is None:
        allowed = status >= 300 or method == "OPTIONS" or path in _FOREIGN
        return "" if allowed else f"{method} {path} answers {status} and is not in the document"
    if str(status) not in operation.described["responses"]:
        return f"{operation.name} answers {status}, which is not in the document"
    response = operation.described["responses"][str(status)]
    if "$ref" in response:
        response = described()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    absent = [name for name in response["headers"] if name.lower() not in {key.lower() for key in headers}]
    if absent:
        return f"{operation.name} answers {status} without {', '.join(absent)}"
    if "content" not in response:
        return f"{operation.name} answers {status} with a body" if content else ""
    schema = response["content"]["application/json"]["schema"]
    errors = list(_validator(json.dumps(schema)).iter_errors(json.loads(content)))
    return "; ".join(f"{operation.name} {status}: {error.json_path}: {error.message:.300}" for error in errors[:3])


@functools.cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in _parts(path)))


def _parts(path: str) -> list[str]:
    return re.split(r"(\{\w+\})", path)


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": described()["components"]})
