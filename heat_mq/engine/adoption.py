"""The dump of a stack as another one adopts it: what it must be like, and the rows of the objects that it names.

A resource to adopt is stored as INIT_COMPLETE with the id of its object, before anything looked at that. It is the
stack's only when it is ADOPT_COMPLETE; until then a delete of the stack leaves the object alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from heat_mq.db.records import ResourceRow
from heat_mq.engine.signals import OWN
from heat_mq.errors import BadRequest
from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit.nested import ADOPTED
from heat_mq.state.sealed import seal_data
from heat_mq.template import Environment
from heat_mq.text import unstorable

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

LONGEST_ID: Final = 255
DEEPEST: Final = 20


def check_dump(dump: Mapping[str, Any]) -> None:
    """Raise BadRequest unless each part that is used is of the right shape."""
    what = unstorable(dump)
    if what:
        raise BadRequest(f"adopt_stack_data holds {what}.")
    for key in ("environment", "files", "resources", "template"):
        _need_map(dump.get(key), key)
    if not dump.get("template"):
        raise BadRequest("adopt_stack_data has no template.")
    for name, text in (dump.get("files") or {}).items():
        if not isinstance(text, str):
            raise BadRequest(f"adopt_stack_data: files[{name!r:.80}] is not text.")
    _check_resources(dump.get("resources") or {}, "resources", 0)


def environment_of(service: Service, dump: Mapping[str, Any]) -> Environment:
    """What the dump's stack was given; raises the InvalidTemplate family."""
    return Environment.parse(dump.get("environment") or None, limits=service.language)


def adopted_rows(
    service: Service, stack_id: str, wanted: StackDefinition, resources: Mapping[str, Any]
) -> list[ResourceRow]:
    """The rows of what the dump names and the template has. One without an id has none, and fails the adoption.

    Users that the dump's stack had are not taken over: with the rights of the domain's administrator nobody's word
    for whose they are is taken.
    """
    rows = []
    for name, definition in wanted.bound.resources.items():
        entry = resources.get(name)
        if entry is None or definition.external_id is not None:
            continue
        implementation = wanted.implementation(name)
        nested = implementation.cls.nested
        inner = entry.get("resources")
        if (inner if nested else entry.get("resource_id")) is None:
            continue
        data = {key: value for key, value in (entry.get("resource_data") or {}).items() if key not in OWN}
        rows.append(
            ResourceRow(
                id=str(uuid.uuid4()),
                stack_id=stack_id,
                name=name,
                type=definition.type,
                implementation=implementation.name,
                action="INIT",
                status="COMPLETE",
                status_reason="",
                physical_id=None if nested else entry["resource_id"],
                properties=None,
                attributes=None,
                data=seal_data(service.box, data, {ADOPTED: inner} if nested else None),
                metadata=entry.get("metadata") or None,
                requires=[],
                fingerprint=None,
                deletion_policy=definition.deletion_policy,
                replaced_by=None,
                created_at=service.now(),
                updated_at=None,
            )
        )
    return rows


def _check_resources(resources: Mapping[str, Any], path: str, depth: int) -> None:
    if depth > DEEPEST:
        raise BadRequest(f"adopt_stack_data: resources are nested deeper than {DEEPEST} levels.")
    for name, entry in resources.items():
        here = f"{path}.{name:.80}"
        if not isinstance(entry, dict):
            raise BadRequest(f"adopt_stack_data: {here} is not a map.")
        for key in ("metadata", "resource_data", "resources"):
            _need_map(entry.get(key), f"{here}.{key}")
        id = entry.get("resource_id")
        if id is not None and not (isinstance(id, str) and 0 < len(id) <= LONGEST_ID):
            raise BadRequest(f"adopt_stack_data: {here}.resource_id is not text of 1 to {LONGEST_ID} characters.")
        _check_resources(entry.get("resources") or {}, f"{here}.resources", depth + 1)


def _need_map(value: Any, path: str) -> None:
    if value is not None and not isinstance(value, dict):
        raise BadRequest(f"adopt_stack_data: {path:.300} is not a map.")
