"""``/v3/auth``: prove who you are, get a token for a scope; read and revoke tokens."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from heat_mq.simcloud import times
from heat_mq.simcloud.identity import passwords
from heat_mq.simcloud.identity.entities import listed
from heat_mq.simcloud.identity.tokens import Scope
from heat_mq.simcloud.refusal import bad_request, forbidden, not_found, unauthorized
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Collection, Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3/auth")


@dataclasses.dataclass(slots=True)
class Proof:
    """Who was authenticated, and what that limits in the token to come."""

    user: Document
    methods: list[str]
    expires_at: float | None = None
    scope: Scope | None = None
    application_credential_id: str = ""
    audit_ids: list[str] | None = None


@routes.post("/tokens", public=True)
def create_token(service: Identity, call: Call) -> Reply:
    wanted = call.body("auth")
    identity = wanted.get("identity")
    if not isinstance(identity, dict):
        raise bad_request("'identity' is a required property")
    proof = _prove(service, identity)
    scope = _scope(service, proof, wanted.get("scope"))
    user_id = proof.user["id"]
    if scope.trust_id:
        user_id = _use_trust(service, scope.trust_id, user_id)
    token = service.tokens.issue(
        user_id,
        scope,
        methods=proof.methods,
        expires_at=proof.expires_at,
        application_credential_id=proof.application_credential_id,
        audit_ids=proof.audit_ids,
    )
    if service.tokens.backed(token["id"]) is None:
        service.tokens.revoke(token["id"])
        raise unauthorized()
    body = service.tokens.body(token, catalog="nocatalog" not in call.query)
    return Reply(body, status=201, headers={"X-Subject-Token": token["id"], "Vary": "X-Auth-Token"})


@routes.get("/tokens")
def validate_token(service: Identity, call: Call) -> Reply:
    token = _subject(service, call)
    body = service.tokens.body(token, catalog="nocatalog" not in call.query)
    return Reply(body, headers={"X-Subject-Token": token["id"], "Vary": "X-Auth-Token"})


@routes.head("/tokens")
def check_token(service: Identity, call: Call) -> Reply:
    return Reply(status=200, headers={"X-Subject-Token": _subject(service, call)["id"], "Vary": "X-Auth-Token"})


@routes.delete("/tokens")
def revoke_token(service: Identity, call: Call) -> None:
    service.tokens.revoke(_subject(service, call)["id"])


@routes.get("/catalog")
def show_catalog(service: Identity, call: Call) -> Document:
    return {
        "catalog": service.catalog_for(call.caller.project_id),
        "links": {"self": f"{service.url()}/v3/auth/catalog"},
    }


@routes.get("/projects")
def list_own_projects(service: Identity, call: Call) -> Document:
    return listed(service, call, "projects", reachable(service, call.caller.user_id, "project", service.projects))


@routes.get("/domains")
def list_own_domains(service: Identity, call: Call) -> Document:
    return listed(service, call, "domains", reachable(service, call.caller.user_id, "domain", service.domains))


def reachable(service: Identity, user_id: str, scope: str, targets: Collection) -> list[Document]:
    """The projects or domains on which a user has a role."""
    ids = {grant["target_id"] for grant in service.grants_of(user_id, scope=scope)}
    return [each for each in targets if each["id"] in ids]


def _subject(service: Identity, call: Call) -> Document:
    """The token in X-Subject-Token, for its owner and for services."""
    id = call.header("X-Subject-Token")
    token = service.tokens.find(id)
    if token is None:
        raise not_found("Failed to validate token")
    if token["user_id"] != call.caller.user_id and not call.caller.roles & {"admin", "service"}:
        raise forbidden()
    return token


def _prove(service: Identity, identity: dict[str, Any]) -> Proof:
    """Check every method named; Refusal 401 when one fails."""
    methods = identity.get("methods")
    if not isinstance(methods, list) or not methods:
        raise bad_request("'methods' is a required property")
    proof: Proof | None = None
    for method in methods:
        given = identity.get(method)
        if method not in _METHODS or not isinstance(given, dict):
            raise unauthorized(f"Attempted to authenticate with an unsupported method: {method}.")
        one = _METHODS[method](service, given)
        if proof is not None and proof.user["id"] != one.user["id"]:
            raise unauthorized()
        proof = one
    assert proof is not None
    proof.methods = list(dict.fromkeys([*proof.methods, *methods]))
    if not proof.user["enabled"]:
        raise unauthorized()
    return proof


def _by_password(service: Identity, given: dict[str, Any]) -> Proof:
    wanted = given.get("user")
    if not isinstance(wanted, dict):
        raise bad_request("'user' is a required property")
    user = find_named(service, service.users, wanted)
    if user is None or not passwords.fits(user["_password"], str(wanted.get("password", ""))):
        raise unauthorized()
    return Proof(user, [])


def _by_token(service: Identity, given: dict[str, Any]) -> Proof:
    token = service.tokens.find(str(given.get("id", "")))
    if token is None:
        raise unauthorized()
    if token["trust_id"]:
        raise forbidden("A token scoped to a trust cannot be used to get another one.")
    user = service.users.get(token["user_id"])
    assert user is not None
    credential_id = token["application_credential_id"]
    return Proof(
        user,
        token["methods"],
        expires_at=token["expires"],
        application_credential_id=credential_id,
        audit_ids=token["audit_ids"],
        scope=Scope(token["project_id"]) if credential_id else None,
    )


def _by_application_credential(service: Identity, given: dict[str, Any]) -> Proof:
    credential = service.application_credentials.get(str(given.get("id", "")))
    if credential is None and given.get("name"):
        user = find_named(service, service.users, given.get("user") or {})
        credential = service.application_credentials.first(user_id=user["id"], name=given["name"]) if user else None
    if credential is None or not passwords.fits(credential["_secret"], str(given.get("secret", ""))):
        raise unauthorized()
    expires = times.parse(credential["expires_at"]) if credential["expires_at"] else None
    owner = service.users.get(credential["user_id"])
    if owner is None or (expires is not None and expires <= service.now()):
        raise unauthorized()
    scope = Scope(credential["project_id"])
    return Proof(owner, [], expires_at=expires, scope=scope, application_credential_id=credential["id"])


_METHODS = {
    "password": _by_password,
    "token": _by_token,
    "application_credential": _by_application_credential,
}


def find_named(service: Identity, collection: Collection, wanted: dict[str, Any]) -> Document | None:
    """A user or project by ``id``, or by ``name`` and ``domain`` (itself by id or name)."""
    if wanted.get("id"):
        return collection.get(str(wanted["id"]))
    domain = wanted.get("domain") or {}
    domain_id = domain.get("id") or (service.domains.first(name=domain.get("name")) or {}).get("id")
    return collection.first(name=wanted.get("name"), domain_id=domain_id)


def _scope(service: Identity, proof: Proof, wanted: Any) -> Scope:
    """The scope asked for; Refusal 401 when the user has no role there."""
    user = proof.user
    if proof.scope is not None:
        return proof.scope
    if wanted == "unscoped" or (isinstance(wanted, dict) and "unscoped" in wanted):
        return Scope()
    if not isinstance(wanted, dict) or not wanted:
        default = user.get("default_project_id") or ""
        return Scope(default) if default and service.granted(user["id"], default) else Scope()
    if trust := wanted.get("OS-TRUST:trust"):
        found = service.trusts.get(str(trust.get("id", "")))
        if found is None:
            raise unauthorized()
        return Scope(found["project_id"] or "", trust_id=found["id"])
    if system := wanted.get("system"):
        scope = Scope(system=bool(system))
    elif "domain" in wanted:
        named = wanted["domain"]
        domain = service.domains.get(named.get("id")) or service.domains.first(name=named.get("name"))
        scope = Scope(domain_id=domain["id"] if domain else "")
    else:
        project = find_named(service, service.projects, wanted.get("project") or {})
        scope = Scope(project["id"] if project and project["enabled"] else "")
    if not scope.target_id or not service.granted(user["id"], scope.target_id):
        raise unauthorized()
    return scope


def _use_trust(service: Identity, trust_id: str, user_id: str) -> str:
    """Check that the user is the trustee and the trust is good; the user that the token is for."""
    trust = service.trusts.get(trust_id)
    if trust is None or trust["trustee_user_id"] != user_id:
        raise forbidden()
    if trust["expires_at"] and times.parse(trust["expires_at"]) <= service.now():
        raise forbidden()
    granted = {role["id"] for role in service.granted(trust["trustor_user_id"], trust["project_id"] or "")}
    if any(role["id"] not in granted for role in trust["roles"]):
        raise forbidden()
    if trust["remaining_uses"] is not None:
        if trust["remaining_uses"] < 1:
            raise forbidden()
        trust["remaining_uses"] -= 1
        service.trusts.save(trust)
    return str(trust["trustor_user_id"] if trust["impersonation"] else user_id)
