"""What an order makes: random keys, RSA pairs, and certificates that are signed with their own keys."""

from __future__ import annotations

import base64
import datetime
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.key_manager.containers import new_container
from heat_mq.simcloud.key_manager.secrets import new_secret
from heat_mq.simcloud.refusal import Refusal, bad_request
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.key_manager.service import KeyManager

BINARY = "application/octet-stream"
RSA_SIZES = (1024, 2048, 4096)
LIFE = datetime.timedelta(days=365)
#: Keys that the meta of each type of order may have.
KEYS = {
    "key": {"name", "algorithm", "bit_length", "mode", "expiration", "payload_content_type"},
    "asymmetric": {"name", "algorithm", "bit_length", "mode", "expiration", "payload_content_type", "pass_phrase"},
    "certificate": {"name", "request_type", "subject_dn", "container_ref", "ca_id", "profile", "request_data"},
}

Maker = Callable[["KeyManager", Caller, Document], Document]


class CannotMake(Exception):
    """The order ends in ERROR, with this reason."""


def check(kind: str, meta: Document) -> None:
    """Refusal 400 for a meta that is not of the schema."""
    unknown = sorted(set(meta) - KEYS[kind])
    if unknown:
        raise bad_request(f"Provided object does not match schema '{kind} meta': {', '.join(unknown)} not expected.")
    if kind != "certificate":
        bits = meta.get("bit_length")
        if not meta.get("algorithm") or not isinstance(bits, int) or bits <= 0 or bits % 8:
            raise bad_request(f"Provided object does not match schema '{kind} meta': algorithm and bit_length wanted.")
    elif meta.get("request_type", "custom") == "stored-key" and not (
        meta.get("subject_dn") and meta.get("container_ref")
    ):
        raise bad_request("Provided object does not match schema 'certificate meta': subject_dn, container_ref wanted.")


def _make_key(service: KeyManager, caller: Caller, meta: Document) -> Document:
    payload = secrets.token_bytes(meta["bit_length"] // 8)
    described = {key: meta.get(key) for key in ("name", "algorithm", "bit_length", "mode", "expiration")}
    made = new_secret(service, caller, payload, BINARY, secret_type="symmetric", **described)
    return {"secret_ref": service.reference(made["id"])}


def _make_pair(service: KeyManager, caller: Caller, meta: Document) -> Document:
    if str(meta["algorithm"]).lower() != "rsa" or meta["bit_length"] not in RSA_SIZES:
        raise CannotMake(f"No plugin was found that could make a pair of {meta['algorithm']} {meta['bit_length']}.")
    key = rsa.generate_private_key(public_exponent=65537, key_size=meta["bit_length"])
    phrase = str(meta.get("pass_phrase") or "")
    sealed = serialization.BestAvailableEncryption(phrase.encode()) if phrase else serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    described = {key: meta.get(key) for key in ("name", "algorithm", "bit_length", "expiration")}
    parts = [("private_key", "private", private, BINARY), ("public_key", "public", public, BINARY)]
    if phrase:
        parts.append(("private_key_passphrase", "passphrase", phrase.encode(), "text/plain"))
    references = [
        _reference(service, name, new_secret(service, caller, payload, content_type, secret_type=kind, **described))
        for name, kind, payload, content_type in parts
    ]
    return _container(service, caller, "rsa", meta, references)


def _make_certificate(service: KeyManager, caller: Caller, meta: Document) -> Document:
    if meta.get("request_type", "custom") != "stored-key":
        raise CannotMake("No certificate plugin was found that takes such a request.")
    try:
        source = service.container(caller, str(meta["container_ref"]).rpartition("/")[2])
        given = {each["name"]: each["secret_ref"] for each in source["secret_refs"]}
        secret = service.secret(caller, given.get("private_key", "").rpartition("/")[2])
        key = serialization.load_pem_private_key(base64.b64decode(secret["_payload"]), password=None)
        name = x509.Name.from_rfc4514_string(str(meta["subject_dn"]))
    except (Refusal, ValueError, TypeError) as error:
        raise CannotMake(f"The request cannot be signed: {error}") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CannotMake("The request cannot be signed: the stored key is no RSA key.")
    now = datetime.datetime.fromtimestamp(service.now(), datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + LIFE)
    payload = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    made = new_secret(service, caller, payload, BINARY, secret_type="certificate", name=meta.get("name"))
    references = [
        _reference(service, "certificate", made),
        {"name": "private_key", "secret_ref": given["private_key"]},
    ]
    return _container(service, caller, "certificate", meta, references)


def _reference(service: KeyManager, name: str, secret: Document) -> Document:
    return {"name": name, "secret_ref": service.reference(secret["id"])}


def _container(service: KeyManager, caller: Caller, kind: str, meta: Document, references: list[Document]) -> Document:
    made = new_container(service, caller.project_id, kind, meta.get("name"), references)
    return {"container_ref": service.reference(made["id"], "containers")}


MAKERS: dict[str, Maker] = {"key": _make_key, "asymmetric": _make_pair, "certificate": _make_certificate}
