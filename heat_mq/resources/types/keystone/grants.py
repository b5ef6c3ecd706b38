"""Roles that users and groups have on projects and domains: a property that several types share.

Keystone knows a role that somebody holds by a path, which is put and deleted. Both may be repeated. What a resource has
put is kept in its data, so that it takes away all that it gave, after an update that failed or never ended too, and
nothing else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Call, CloudGone, List, Lookup, Map, Outcome, Str, given
from heat_mq.resources.kit.given import GIVEN

SCOPES: Final = ("project", "domain")
Role = Mapping[str, Any]


def roles_property(of: str) -> List:
    return List(
        f"Roles of the {of}, each on a project or a domain.",
        update=IN_PLACE,
        of=Map(
            "A role and where it is held.",
            schema={
                "role": Str(
                    "Name or id of the role.",
                    required=True,
                    constraint="keystone.role",
                    lookup=Lookup("identity", "role"),
                ),
                "project": Str(
                    "Name or id of the project.", constraint="keystone.project", lookup=Lookup("identity", "project")
                ),
                "domain": Str(
                    "Name or id of the domain.", constraint="keystone.domain", lookup=Lookup("identity", "domain")
                ),
            },
        ),
    )


def problems(props: Mapping[str, Any]) -> Iterable[Problem]:
    """Each role is held on one project or one domain."""
    roles = props.get("roles")
    for index, role in enumerate(roles if isinstance(roles, list) else ()):
        given = [scope for scope in SCOPES if isinstance(role, Mapping) and role.get(scope) not in (None, "")]
        if isinstance(role, Mapping) and len(given) != 1:
            text = "project and domain cannot be used together" if given else "a project or a domain is needed"
            yield Problem(text, path=f"roles[{index}]", expected="one of project and domain")


def paths(holder: str, roles: Sequence[Role] | None) -> list[str]:
    """Where Keystone keeps each of the roles, once; ``holder`` is the path of a user or a group (``/users/ID``)."""
    found = (
        f"/{scope}s/{role[scope]}{holder}/roles/{role['role']}"
        for role in roles or ()
        for scope in SCOPES
        if role.get(scope)
    )
    return list(dict.fromkeys(found))


def settle(call: Call, wanted: Sequence[str]) -> None:
    """Put the wanted paths, and delete those that the resource has put before and that are wanted no more."""
    before = call.data.get(GIVEN, [])
    call.data[GIVEN] = given.with_more(before, wanted)
    for path in wanted:
        call.api.put(path)
    _delete(call, [path for path in before if path not in wanted])
    call.data[GIVEN] = list(wanted)


def advance(call: Call) -> Outcome:
    """What :func:`settle` does, for what an update has planned (:func:`~heat_mq.resources.kit.given.plan`)."""
    return given.advance(call, lambda wanted: settle(call, wanted))


def take_back(call: Call) -> None:
    """Delete all that the resource has put."""
    _delete(call, call.data.get(GIVEN, []))
    call.data[GIVEN] = []


def held(call: Call, holder: str, roles: Sequence[Role] | None) -> list[Role]:
    """Those of the roles that the holder has; what else it has is not this resource's business."""
    if not roles:
        return []
    kind, _, id = holder.strip("/").partition("/")
    answer = call.api.get("/role_assignments", query={f"{kind.removesuffix('s')}.id": id})
    has = {
        f"/{scope}s/{each['scope'][scope]['id']}{holder}/roles/{each['role']['id']}"
        for each in answer["role_assignments"]
        for scope in SCOPES
        if scope in each["scope"] and "OS-INHERIT:inherited_to" not in each["scope"]
    }
    return [role for role in roles if set(paths(holder, [role])) <= has]


def _delete(call: Call, paths: Sequence[str]) -> None:
    for path in paths:
        with contextlib.suppress(CloudGone):
            call.api.delete(path)
