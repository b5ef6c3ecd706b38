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


def _register(scope: str) -> None:
    """The operations on ``/v3/projects`` (``scope`` "project") or ``/v3/domains``."""
    grants = f"/{scope}s/{{id}}/users/{{user_id}}/roles"

    def checked(handler: Handler) -> Handler:
        def check(service: Identity, call: Call, id: str, user_id: str, role_id: str = "") -> object:
            require_admin(call)
            target = found(service.projects if scope == "project" else service.domains, id, scope)
            require_admin(call, target["domain_id"] if scope == "project" else id)
            found(service.users, user_id, "user")
            if role_id:
                found(service.roles, role_id, "role")
            return handler(service, call, id, user_id, role_id)

        return check

    @routes.get(grants)
    @checked
    def list_grants(service: Identity, call: Call, id: str, user_id: str, _role_id: str) -> Document:
        ids = [grant["role_id"] for grant in service.grants.where(user_id=user_id, target_id=id)]
        return listed(service, call, "roles", [found(service.roles, each, "role") for each in ids])

    @routes.put(f"{grants}/{{role_id}}", status=204)
    @checked
    def add_grant(service: Identity, call: Call, id: str, user_id: str, role_id: str) -> None:
        service.grant(user_id, scope, id, role_id)

    @checked
    def check_grant(service: Identity, call: Call, id: str, user_id: str, role_id: str) -> None:
        if not service.grants.where(user_id=user_id, target_id=id, role_id=role_id):
            raise not_found(f"Could not find role assignment with role: {role_id}, user: {user_id}, {scope}: {id}.")

    routes.get(f"{grants}/{{role_id}}", status=204)(check_grant)
    routes.head(f"{grants}/{{role_id}}")(check_grant)

    @routes.delete(f"{grants}/{{role_id}}")
    @checked
    def remove_grant(service: Identity, call: Call, id: str, user_id: str, role_id: str) -> None:
        check_grant(service, call, id=id, user_id=user_id, role_id=role_id)
        service.remove_grants(user_id=user_id, target_id=id, role_id=role_id)


_register("project")
_register("domain")


@routes.get("/role_assignments")
def list_assignments(service: Identity, call: Call) -> Document:
    """Filters ``user.id``, ``role.id``, ``scope.project.id``, ``scope.domain.id``, ``scope.system``;
    ``effective`` adds implied roles, ``include_names`` names."""
    query = call.query
    own = query.get("user.id") == call.caller.user_id
    if not own:
        require_admin(call)
    filters = {
        "user_id": query.get("user.id"),
        "role_id": query.get("role.id"),
        "target_id": query.get("scope.project.id") or query.get("scope.domain.id"),
        "scope": "system" if "scope.system" in query else None,
    }
    equal = {key: value for key, value in filters.items() if value is not None}
    if "effective" in query:
        equal.pop("role_id", None)
    assignments = [
        _assignment(service, grant, role, "include_names" in query)
        for grant in service.grants.where(**equal)
        for role in _roles(service, grant, "effective" in query)
    ]
    if wanted := query.get("role.id"):
        assignments = [each for each in assignments if each["role"]["id"] == wanted]
    links = {"self": f"{service.url()}/v3/role_assignments", "next": None, "previous": None}
    return {"role_assignments": assignments, "links": links}


def _roles(service: Identity, grant: Document, effective: bool) -> list[Document]:
    if effective:
        return service.implied(grant["role_id"])
    return [found(service.roles, grant["role_id"], "role")]


def _assignment(service: Identity, grant: Document, role: Document, names: bool) -> Document:
    user = found(service.users, grant["user_id"], "user")
    shown: Document = {"user": {"id": user["id"]}, "role": {"id": role["id"]}}
    target: Document | None = None
    if grant["scope"] == "system":
        shown["scope"] = {"system": {"all": True}}
    else:
        target = found(
            service.projects if grant["scope"] == "project" else service.domains, grant["target_id"], "scope"
        )
        shown["scope"] = {grant["scope"]: {"id": target["id"]}}
    if names:
        shown["user"] |= {"name": user["name"], "domain": _domain(service, user["domain_id"])}
        shown["role"]["name"] = role["name"]
        if target is not None:
            shown["scope"][grant["scope"]]["name"] = target["name"]
            if grant["scope"] == "project":
                shown["scope"]["project"]["domain"] = _domain(service, target["domain_id"])
    where = f"{grant['scope']}s/{grant['target_id']}/users/{user['id']}/roles/{role['id']}"
    shown["links"] = {"assignment": f"{service.url()}/v3/{where}"}
    return shown


def _domain(service: Identity, domain_id: str) -> Document:
    return {"id": domain_id, "name": found(service.domains, domain_id, "domain")["name"]}
