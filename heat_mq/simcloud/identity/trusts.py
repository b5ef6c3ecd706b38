"""``/v3/OS-TRUST/trusts``: a user lets another act with some of the user's roles on a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.identity.entities import found, listed, require_admin, required, shown
from heat_mq.simcloud.refusal import bad_request, forbidden, not_found
from heat_mq.simcloud.routing import Call, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

PATH = "OS-TRUST/trusts"
MOST_REDELEGATIONS = 3

routes = Routes(f"/v3/{PATH}")


@routes.post("", status=201)
def create_trust(service: Identity, call: Call) -> Document:
    wanted = call.body("trust")
    caller = call.caller
    if required(wanted, "trustor_user_id") != caller.user_id:
        raise forbidden("The authenticated user should match the trustor.")
    if _restricted(service, caller.token_id):
        raise forbidden("Using method 'application_credential' is not allowed for managing trusts.")
    found(service.users, required(wanted, "trustee_user_id"), "user")
    if not isinstance(wanted.get("impersonation"), bool):
        raise bad_request("'impersonation' is a required property")
    project_id = wanted.get("project_id")
    if project_id:
        found(service.projects, project_id, "project")
    trust = {
        "id": new_hex_id(),
        "trustor_user_id": caller.user_id,
        "trustee_user_id": wanted["trustee_user_id"],
        "project_id": project_id,
        "impersonation": wanted["impersonation"],
        "roles": _roles(service, caller.user_id, project_id, wanted.get("roles") or []),
        "expires_at": _moment(wanted.get("expires_at")),
        "remaining_uses": wanted.get("remaining_uses"),
        **_redelegation(service, caller.trust_id, wanted),
        "deleted_at": None,
    }
    return {"trust": _shown(service, service.trusts.save(trust))}


@routes.get("")
def list_trusts(service: Identity, call: Call) -> Document:
    keys = ("trustor_user_id", "trustee_user_id")
    if call.caller.user_id not in [call.query.get(key) for key in keys]:
        require_admin(call)
    return listed(service, call, PATH, service.trusts, keys)


@routes.get("/{trust_id}")
def show_trust(service: Identity, call: Call, trust_id: str) -> Document:
    return {"trust": _shown(service, _own(service, call, trust_id))}


@routes.delete("/{trust_id}")
def delete_trust(service: Identity, call: Call, trust_id: str) -> None:
    trust = _own(service, call, trust_id)
    if call.caller.user_id != trust["trustor_user_id"]:
        require_admin(call)
    discard_trust(service, trust_id)


@routes.get("/{trust_id}/roles")
def list_trust_roles(service: Identity, call: Call, trust_id: str) -> Document:
    roles = [found(service.roles, role["id"], "role") for role in _own(service, call, trust_id)["roles"]]
    return listed(service, call, "roles", roles)


@routes.get("/{trust_id}/roles/{role_id}")
def show_trust_role(service: Identity, call: Call, trust_id: str, role_id: str) -> Document:
    if all(role["id"] != role_id for role in _own(service, call, trust_id)["roles"]):
        raise not_found(f"Could not find role: {role_id}.")
    return {"role": shown(service, "roles", found(service.roles, role_id, "role"))}


def discard_trust(service: Identity, trust_id: str) -> None:
    """Remove a trust and those into which it was passed on."""
    service.trusts.remove(trust_id)
    for each in service.trusts.where(redelegated_trust_id=trust_id):
        discard_trust(service, each["id"])


def _roles(service: Identity, user_id: str, project_id: str | None, wanted: list[Any]) -> list[Document]:
    """The roles to delegate, each of which the trustor has on the project."""
    if not project_id:
        if wanted:
            raise bad_request("Roles can be delegated on a project only.")
        return []
    granted = service.granted(user_id, project_id)
    chosen = []
    for each in wanted:
        role = next(
            (role for role in granted if each.get("id") == role["id"] or each.get("name") == role["name"]), None
        )
        if role is None:
            raise not_found(f"Could not find role: {each.get('id') or each.get('name')}.")
        chosen.append({"id": role["id"], "name": role["name"]})
    if not chosen:
        raise forbidden("At least one role should be specified.")
    return chosen


def _redelegation(service: Identity, trust_id: str, wanted: Document) -> Document:
    """How often the trust may be passed on; a token of a trust may pass on what that trust allows."""
    count = int(wanted.get("redelegation_count") or MOST_REDELEGATIONS) if wanted.get("allow_redelegation") else 0
    if not trust_id:
        return {"redelegation_count": count}
    parent = service.trusts.get(trust_id)
    if parent is None or parent["redelegation_count"] < 1:
        raise forbidden("Redelegation is not allowed by the trust of this token.")
    allowed = {role["id"] for role in parent["roles"]}
    names = {role["name"] for role in parent["roles"]}
    if any(each.get("id") not in allowed and each.get("name") not in names for each in wanted.get("roles") or []):
        raise forbidden("Some of the requested roles are not in the redelegated trust.")
    return {"redelegation_count": min(count, parent["redelegation_count"] - 1), "redelegated_trust_id": trust_id}


def _restricted(service: Identity, token_id: str) -> bool:
    token = service.tokens.find(token_id) or {}
    credential = service.application_credentials.get(token.get("application_credential_id"))
    return credential is not None and not credential["unrestricted"]


def _moment(given: Any) -> str | None:
    if given is None:
        return None
    try:
        return times.micros_zulu(times.parse(str(given)))
    except ValueError as error:
        raise bad_request(f"expires_at: {given!r} is no time in ISO 8601") from error


def _own(service: Identity, call: Call, trust_id: str) -> Document:
    trust = found(service.trusts, trust_id, "trust")
    if call.caller.user_id not in (trust["trustor_user_id"], trust["trustee_user_id"]):
        require_admin(call)
    return trust


def _shown(service: Identity, trust: Document) -> Document:
    roles_url = f"{service.url()}/v3/{PATH}/{trust['id']}/roles"
    links = {"self": roles_url, "previous": None, "next": None}
    roles = [{**role, "links": {"self": f"{service.url()}/v3/roles/{role['id']}"}} for role in trust["roles"]]
    return {**shown(service, PATH, trust), "roles": roles, "roles_links": links}
