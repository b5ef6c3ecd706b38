"""Faults on demand: rules that tests set through the admin endpoint.

A rule is a JSON object. ``kind`` says what happens:

``latency``       the request takes ``seconds`` longer
``error``         the request is answered with ``status`` (429, 500, 503, …; header Retry-After when
                  ``retry_after`` is given); with ``"after": true`` its work is done first and only the
                  answer is lost
``stuck_build``   the object made stays in its transitional state for ever
``object_error``  the object made ends in ERROR, with ``message`` as the fault
``quota``         no room for ``resource`` ("*" for every kind)

and these say when: ``service`` ("compute", "*"), ``method`` ("POST", "*"), ``path`` and ``name``
(regular expressions searched in the request's path and in the object's name), ``project_id``,
``rate`` (0..1, the share of matches that are hit), ``seed`` (of the rule's own randomness),
``skip`` (matches let pass first) and ``count`` (hits after which the rule is spent).
"""

from __future__ import annotations

import random
import re
from typing import Any

from heat_mq.simcloud.refusal import Refusal, bad_request
from heat_mq.simcloud.store import Collection, Document, new_id

KINDS = ("latency", "error", "stuck_build", "object_error", "quota")

_DEFAULTS: Document = {
    "service": "*",
    "method": "*",
    "path": "",
    "name": "",
    "project_id": "",
    "rate": 1.0,
    "seed": None,
    "skip": 0,
    "count": None,
    "seconds": 0.0,
    "status": 500,
    "retry_after": None,
    "after": False,
    "message": "",
    "resource": "*",
}
_NUMBERS: dict[str, Any] = {"rate": int | float, "seconds": int | float, "status": int, "skip": int, "count": int}


class Faults:
    """The rules in force. Callers hold the cloud's lock."""

    def __init__(self, rules: Collection) -> None:
        self._rules = rules
        self._random: dict[str, random.Random] = {}

    def add(self, wanted: Document) -> Document:
        """Put a rule in force; Refusal 400 when it makes no sense."""
        unknown = sorted(set(wanted) - set(_DEFAULTS) - {"kind", "id"})
        if wanted.get("kind") not in KINDS or unknown:
            what = f"unknown keys {', '.join(unknown)}" if unknown else f"unknown kind {wanted.get('kind')!r}"
            raise bad_request(f"fault rule: {what}; kinds: {', '.join(KINDS)}; keys: {', '.join(_DEFAULTS)}")
        rule = {"id": new_id(), "hits": 0, "matches": 0, **_DEFAULTS, **wanted}
        for key, kind in _NUMBERS.items():
            if rule[key] is not None and (not isinstance(rule[key], kind) or isinstance(rule[key], bool)):
                raise bad_request(f"fault rule: {key} is {rule[key]!r}, a number is wanted")
        for key in ("path", "name"):
            try:
                re.compile(rule[key])
            except re.error as error:
                raise bad_request(f"fault rule: {key} is no regular expression: {error}") from error
        return self._rules.save(rule)

    def all(self) -> list[Document]:
        return self._rules.all()

    def remove(self, id: str | None = None) -> None:
        """Lift one rule, or all."""
        if id is None:
            self._rules.clear()
        else:
            self._rules.remove(id)

    def delay(self, service: str, method: str, path: str) -> float:
        """Seconds by which the rules slow this request down."""
        rules = self._matching("latency", service=service, method=method, path=path)
        return sum(float(rule["seconds"]) for rule in rules if self._hits(rule))

    def refusal(self, service: str, method: str, path: str, *, after: bool) -> Refusal | None:
        """The error that this request is to be answered with, if any."""
        for rule in self._matching("error", service=service, method=method, path=path):
            if bool(rule["after"]) == after and self._hits(rule):
                headers = {} if rule["retry_after"] is None else {"Retry-After": str(rule["retry_after"])}
                return Refusal(int(rule["status"]), rule["message"] or "A fault was injected.", headers=headers)
        return None

    def strikes(self, kind: str, service: str, *, name: str = "", project_id: str = "") -> Document | None:
        """The rule of that kind (``stuck_build``, ``object_error``) that hits a new object, if any."""
        for rule in self._matching(kind, service=service, name=name, project_id=project_id):
            if self._hits(rule):
                return rule
        return None

    def no_room(self, service: str, resource: str, project_id: str) -> bool:
        """True when a ``quota`` rule says that the project may have no more of a resource."""
        rules = self._matching("quota", service=service, project_id=project_id)
        return any(rule["resource"] in ("*", resource) and self._hits(rule) for rule in rules)

    def _matching(self, kind: str, service: str, **values: str) -> list[Document]:
        if not (rules := self._rules.all()):
            return []
        return [
            rule
            for rule in rules
            if rule["kind"] == kind and rule["service"] in ("*", service) and _matches(rule, values)
        ]

    def _hits(self, rule: Document) -> bool:
        rule["matches"] += 1
        if rule["matches"] <= rule["skip"] or (rule["count"] is not None and rule["hits"] >= rule["count"]):
            return False
        dice = self._random.setdefault(rule["id"], random.Random(rule["seed"]))
        hit = bool(rule["rate"] >= 1.0 or dice.random() < rule["rate"])
        rule["hits"] += hit
        self._rules.save(rule)
        return hit


def _matches(rule: Document, values: dict[str, Any]) -> bool:
    if rule["method"] != "*" and values.get("method", rule["method"]) != rule["method"]:
        return False
    if rule["project_id"] and values.get("project_id", rule["project_id"]) != rule["project_id"]:
        return False
    return all(not rule[key] or re.search(rule[key], values.get(key, "")) for key in ("path", "name"))
