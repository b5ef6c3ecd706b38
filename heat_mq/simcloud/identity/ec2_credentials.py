"""EC2 key pairs of users, and the check of signatures made with them (``/v3/ec2tokens``, ``/v3/s3tokens``)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from keystoneclient.contrib.ec2 import utils as ec2  # type: ignore[import-untyped]

from heat_mq.simcloud.identity.credentials import ec2_credential_id
from heat_mq.simcloud.identity.entities import found, require_self_or_admin, required
from heat_mq.simcloud.identity.tokens import Scope
from heat_mq.simcloud.refusal import not_found, unauthorized
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3")


@routes.post("/users/{user_id}/credentials/OS-EC2", status=201)
def create_pair(service: Identity, call: Call, user_id: str) -> Document:
    require_self_or_admin(service, call, user_id)
    found(service.users, user_id, "user")
    project_id = required(call.json(), "tenant_id")
    found(service.projects, project_id, "project")
    pair = {"access": new_hex_id(), "secret": new_hex_id(), "trust_id": call.caller.trust_id or None}
    credential = {
        "id": ec2_credential_id(str(pair["access"])),
        "user_id": user_id,
        "project_id": project_id,
        "type": "ec2",
        "blob": json.dumps(pair),
    }
    return {"credential": _shown(service, service.credentials.save(credential))}


@routes.get("/users/{user_id}/credentials/OS-EC2")
def list_pairs(service: Identity, call: Call, user_id: str) -> Document:
    require_self_or_admin(service, call, user_id)
    pairs = service.credentials.where(user_id=user_id, type="ec2")
    links = {"self": f"{service.url()}/v3/users/{user_id}/credentials/OS-EC2", "next": None, "previous": None}
    return {"credentials": [_shown(service, each) for each in pairs], "links": links}


@routes.get("/users/{user_id}/credentials/OS-EC2/{access}")
def show_pair(service: Identity, call: Call, user_id: str, access: str) -> Document:
    return {"credential": _shown(service, _own(service, call, user_id, access))}


@routes.delete("/users/{user_id}/credentials/OS-EC2/{access}")
def delete_pair(service: Identity, call: Call, user_id: str, access: str) -> None:
    service.credentials.remove(_own(service, call, user_id, access)["id"])


@routes.post("/ec2tokens", public=True)
def check_ec2_signature(service: Identity, call: Call) -> Reply:
    """Body: ``credentials`` (or ``ec2Credentials``) with access, signature, host, verb, path, params, …"""
    body = call.json()
    given = body.get("credentials") or body.get("ec2Credentials") or {}
    credential, secret = _secret(service, given)
    signature = str(given.get("signature", ""))
    given = {**given, "host": str(given.get("host", ""))}
    hosts = [given["host"], given["host"].partition(":")[0]]
    try:
        expected = [ec2.Ec2Signer(secret).generate({**given, "host": host}) for host in hosts]
    except Exception as error:  # the signer raises KeyError, TypeError and bare Exception for bad input
        raise unauthorized("EC2 signature is not of a known kind.") from error
    if not any(hmac.compare_digest(each, signature) for each in expected):
        raise unauthorized("EC2 signature not supplied or wrong.")
    return _token_of(service, credential, ["ec2credential"])


@routes.post("/s3tokens", public=True)
def check_s3_signature(service: Identity, call: Call) -> Reply:
    """Body: ``credentials`` with access, signature and token (the signed text in base64)."""
    given = call.json().get("credentials") or {}
    credential, secret = _secret(service, given)
    signed = base64.urlsafe_b64decode(str(given.get("token", "")) + "==")
    expected = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha1).digest()).decode()
    if not hmac.compare_digest(expected, str(given.get("signature", ""))):
        raise unauthorized("Credential signature mismatch")
    return _token_of(service, credential, ["s3credential"])


def _secret(service: Identity, given: Document) -> tuple[Document, str]:
    """The credential named by an access key, and its secret."""
    credential = service.credentials.get(ec2_credential_id(str(given.get("access", ""))))
    if credential is None or credential["type"] != "ec2":
        raise unauthorized("EC2 access key not found.")
    return credential, str(json.loads(credential["blob"])["secret"])


def _token_of(service: Identity, credential: Document, methods: list[str]) -> Reply:
    pair = json.loads(credential["blob"])
    scope = Scope(credential["project_id"] or "", trust_id=pair.get("trust_id") or "")
    token = service.tokens.issue(credential["user_id"], scope, methods=methods)
    if service.tokens.find(token["id"]) is None:
        service.tokens.revoke(token["id"])
        raise unauthorized()
    return Reply(service.tokens.body(token), headers={"X-Subject-Token": token["id"]})


def _own(service: Identity, call: Call, user_id: str, access: str) -> Document:
    require_self_or_admin(service, call, user_id)
    credential = service.credentials.get(ec2_credential_id(access))
    if credential is None or credential["user_id"] != user_id:
        raise not_found(f"Could not find credential: {access}.")
    return credential


def _shown(service: Identity, credential: Document) -> Document:
    pair = json.loads(credential["blob"])
    path = f"users/{credential['user_id']}/credentials/OS-EC2/{pair['access']}"
    return {
        "access": pair["access"],
        "secret": pair["secret"],
        "user_id": credential["user_id"],
        "tenant_id": credential["project_id"],
        "trust_id": pair.get("trust_id"),
        "links": {"self": f"{service.url()}/v3/{path}"},
    }
