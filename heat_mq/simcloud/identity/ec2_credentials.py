"""EC2 key pairs of users, and the check of signatures made with them (``/v3/ec2tokens``, ``/v3/s3tokens``).

As in Keystone since CVE-2025-65073 only a service or an administrator may have signatures checked, and since
CVE-2020-12692 a signature with a time in it is good for a quarter of an hour.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from keystoneclient.contrib.ec2 import utils as ec2  # type: ignore[import-untyped]

from heat_mq.simcloud.identity.credentials import ec2_credential_id
from heat_mq.simcloud.identity.entities import found, require_self_or_admin, required
from heat_mq.simcloud.identity.tokens import Scope
from heat_mq.simcloud.refusal import forbidden, not_found, unauthorized
from heat_mq.simcloud.routing import Call, Reply, Routes
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

routes = Routes("/v3")

#: Seconds for which a signature is good that says when it was made.
SIGNATURE_SECONDS = 15 * 60


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


@routes.post("/ec2tokens")
def check_ec2_signature(service: Identity, call: Call) -> Reply:
    """Body: ``credentials`` (or ``ec2Credentials``) with access, signature, host, verb, path, params, …"""
    _require_service(call)
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
    _require_recent(service, given)
    return _token_of(service, credential, ["ec2credential"])


@routes.post("/s3tokens")
def check_s3_signature(service: Identity, call: Call) -> Reply:
    """Body: ``credentials`` with access, signature and token (the signed text in base64)."""
    _require_service(call)
    given = call.json().get("credentials") or {}
    credential, secret = _secret(service, given)
    signed = base64.urlsafe_b64decode(str(given.get("token", "")) + "==")
    expected = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha1).digest()).decode()
    if not hmac.compare_digest(expected, str(given.get("signature", ""))):
        raise unauthorized("Credential signature mismatch")
    return _token_of(service, credential, ["s3credential"])


def _require_service(call: Call) -> None:
    if not call.caller.roles & {"admin", "service"}:
        raise forbidden()


def _require_recent(service: Identity, given: Document) -> None:
    """A signature without a time never expires; Refusal 401 for a time that is none or long ago."""
    params, headers = given.get("params") or {}, given.get("headers") or {}
    made = params.get("Timestamp") or headers.get("X-Amz-Date") or params.get("X-Amz-Date")
    if not made:
        return
    try:
        moment = datetime.datetime.fromisoformat(str(made))
    except ValueError as error:
        raise unauthorized("The signature's time is none.") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    if moment.timestamp() < service.now() - SIGNATURE_SECONDS:
        raise unauthorized("The signature is expired.")


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
    if service.tokens.backed(token["id"]) is None:
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
