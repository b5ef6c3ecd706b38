"""Who has which role where: grants on projects and domains, and ``/v3/role_assignments``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity.entities import found, listed, require_admin
from heat_mq.simcloud.refusal import not_found
from heat_mq.simcloud.routing import Call, Handler, Routes
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3")


def _register(scope: str, holder: str) -> None:
    """The operations on ``/v3/projects`` (``scope`` "project") or ``/v3/domains`` for users or groups (``holder``)."""
    grants = f"/{scope}s/{{id}}/{holder}s/{{holder_id}}/roles"

    def checked(handler: Handler) -> Handler:
        def check(service: Identity, call: Call, id: str, holder_id: str, role_id: str = "") -> object:
            require_admin(call)
            target = found(service.projects if scope == "project" else service.domains, id, scope)
            require_admin(call, target["domain_id"] if scope == "project" else id)
            found(service.users if holder == "user" else service.groups, holder_id, holder)
            if role_id:
                found(service.roles, role_id, "role")
            return handler(service, call, id, holder_id, role_id)

        return check

    def granted(service: Identity, id: str, holder_id: str, **equal: str) -> list[Document]:
        return service.grants.where(**{f"{holder}_id": holder_id}, target_id=id, **equal)

    @routes.get(grants)
    @checked
    def list_grants(service: Identity, call: Call, id: str, holder_id: str, _role_id: str) -> Document:
        ids = [grant["role_id"] for grant in granted(service, id, holder_id)]
        return listed(service, call, "roles", [found(service.roles, each, "role") for each in ids])

    @routes.put(f"{grants}/{{role_id}}", status=204)
    @checked
    def add_grant(service: Identity, call: Call, id: str, holder_id: str, role_id: str) -> None:
        service.grant(holder_id, scope, id, role_id, holder=holder)

    @checked
    def check_grant(service: Identity, call: Call, id: str, holder_id: str, role_id: str) -> None:
        if not granted(service, id, holder_id, role_id=role_id):
            where = f"role: {role_id}, {holder}: {holder_id}, {scope}: {id}"
            raise not_found(f"Could not find role assignment with {where}.")

    routes.get(f"{grants}/{{role_id}}", status=204)(check_grant)
    routes.head(f"{grants}/{{role_id}}")(check_grant)

    @routes.delete(f"{grants}/{{role_id}}")
    @checked
    def remove_grant(service: Identity, call: Call, id: str, holder_id: str, role_id: str) -> None:
        check_grant(service, call, id=id, holder_id=holder_id, role_id=role_id)
        service.remove_grants(**{f"{holder}_id": holder_id}, target_id=id, role_id=role_id)


for _scope in ("project", "domain"):
    for _holder in ("user", "group"):
        _register(_scope, _holder)


@routes.get("/role_assignments")
def list_assignments(service: Identity, call: Call) -> Document:
    """Filters ``user.id``, ``group.id``, ``role.id``, ``scope.project.id``, ``scope.domain.id``, ``scope.system``;
    ``effective`` adds implied roles and gives the members of a group for it, ``include_names`` names."""
    query = call.query
    user_id, effective = query.get("user.id"), "effective" in query
    if user_id != call.caller.user_id:
        require_admin(call)
    filters = {
        "group_id": query.get("group.id"),
        "target_id": query.get("scope.project.id") or query.get("scope.domain.id"),
        "scope": "system" if "scope.system" in query else None,
    }
    equal = {key: value for key, value in filters.items() if value is not None}
    if user_id and effective:
        grants = service.grants_of(user_id, **equal)
    else:
        grants = service.grants.where(**equal, **({"user_id": user_id} if user_id else {}))
    assignments = [
        _assignment(service, grant, holder, role, "include_names" in query)
        for grant in grants
        for holder in _holders(service, grant, effective)
        for role in _roles(service, grant, effective)
        if query.get("role.id") in (None, role["id"]) and (not user_id or holder[1]["id"] == user_id)
    ]
    links = {"self": f"{service.url()}/v3/role_assignments", "next": None, "previous": None}
    return {"role_assignments": assignments, "links": links}


def _holders(service: Identity, grant: Document, effective: bool) -> list[tuple[str, Document]]:
    """Who has a grant, each with its kind."""
    if not grant.get("group_id"):
        return [("user", found(service.users, grant["user_id"], "user"))]
    if not effective:
        return [("group", found(service.groups, grant["group_id"], "group"))]
    members = service.memberships.where(group_id=grant["group_id"])
    return [("user", found(service.users, each["user_id"], "user")) for each in members]


def _roles(service: Identity, grant: Document, effective: bool) -> list[Document]:
    if effective:
        return service.implied(grant["role_id"])
    return [found(service.roles, grant["role_id"], "role")]


def _assignment(
    service: Identity, grant: Document, holder: tuple[str, Document], role: Document, names: bool
) -> Document:
    kind, who = holder
    shown: Document = {kind: {"id": who["id"]}, "role": {"id": role["id"]}}
    target: Document | None = None
    if grant["scope"] == "system":
        shown["scope"] = {"system": {"all": True}}
    else:
        target = found(
            service.projects if grant["scope"] == "project" else service.domains, grant["target_id"], "scope"
        )
        shown["scope"] = {grant["scope"]: {"id": target["id"]}}
    if names:
        shown[kind] |= {"name": who["name"], "domain": _domain(service, who["domain_id"])}
        shown["role"]["name"] = role["name"]
        if target is not None:
            shown["scope"][grant["scope"]]["name"] = target["name"]
            if grant["scope"] == "project":
                shown["scope"]["project"]["domain"] = _domain(service, target["domain_id"])
    where = f"{grant['scope']}s/{grant['target_id']}/{kind}s/{who['id']}/roles/{role['id']}"
    shown["links"] = {"assignment": f"{service.url()}/v3/{where}"}
    return shown


def _domain(service: Identity, domain_id: str) -> Document:
    return {"id": domain_id, "name": found(service.domains, domain_id, "domain")["name"]}
