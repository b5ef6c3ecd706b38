"""The lives of Barbican's types. None has a name, by which an interrupted create could not be found."""

from __future__ import annotations

import base64
import functools
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.unit.resources.lives import Life as AnyLife
from tests.unit.resources.lives import Make, Raw

SECRET = {"payload": "text", "payload_content_type": "text/plain"}
PAIR = {"type": "asymmetric", "algorithm": "rsa", "bit_length": 2048, "pass_phrase": "very secret"}
END = "2099-01-01T00:00:00"


def _secret(make: Make) -> str:
    return make("OS::Barbican::Secret", **SECRET)


class Life(AnyLife):
    """``secrets`` are properties that refer to secrets of their own."""

    def __init__(self, kind: str, begin: Raw, replace: Raw, shown: Raw, secrets: tuple[str, ...] = (), **more: Any):
        super().__init__(
            f"OS::Barbican::{kind}",
            lambda make: {**begin, **{name: _secret(make) for name in secrets}},
            replace=replace,
            shown={**shown, "status": "ACTIVE"},
            services=("key-manager",),
            user="demo",
            **more,
        )


def _named(kind: str, begin: Raw, shown: Raw, secrets: tuple[str, ...] = ()) -> Life:
    """Of another name; an object that has one has no place for a mark."""
    name = {} if kind == "Order" else {"name": "named"}
    more: Raw = {"found_again": False, "variant": "with a name"}
    return Life(kind, {**begin, "name": "named"}, {"name": "renamed"}, {**shown, **name}, secrets, **more)


@functools.cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return base64.b64encode(key.private_bytes(serialization.Encoding.PEM, *form)).decode()


def _certificate(make: Make) -> Raw:
    binary = {"payload_content_type": "application/octet-stream", "payload_content_encoding": "base64"}
    key = make("OS::Barbican::Secret", payload=_private_key(), **binary)
    return {
        "type": "certificate",
        "request_type": "stored-key",
        "subject_dn": "CN=example.org",
        "source_container_ref": make("OS::Barbican::RSAContainer", private_key_ref=key, public_key_ref=_secret(make)),
    }


LIVES = (
    Life(
        "Secret",
        {
            "payload": "c2VjcmV0",
            "payload_content_type": "application/octet-stream",
            "payload_content_encoding": "base64",
            "secret_type": "symmetric",
            "algorithm": "aes",
            "bit_length": 48,
            "mode": "cbc",
            "expiration": END,
        },
        {"algorithm": "des"},
        {"secret_type": "symmetric", "algorithm": "aes", "bit_length": 48, "mode": "cbc", "expiration": END},
    ),
    Life(
        "Order",
        {
            "type": "key",
            "algorithm": "aes",
            "bit_length": 256,
            "mode": "cbc",
            "expiration": END,
            "payload_content_type": "application/octet-stream",
        },
        {"bit_length": 128},
        {"type": "key"},
    ),
    Life(
        "RSAContainer",
        {},
        {"private_key_passphrase_ref": None},
        {"type": "rsa"},
        ("private_key_ref", "private_key_passphrase_ref", "public_key_ref"),
    ),
    Life(
        "CertificateContainer",
        {},
        {"intermediates_ref": None},
        {"type": "certificate"},
        ("certificate_ref", "private_key_ref", "private_key_passphrase_ref", "intermediates_ref"),
    ),
    AnyLife(
        "OS::Barbican::GenericContainer",
        lambda make: {"secrets": [{"name": "first", "ref": _secret(make)}, {"name": "second", "ref": _secret(make)}]},
        replace={"secrets": []},
        shown={"type": "generic", "status": "ACTIVE"},
        services=("key-manager",),
        user="demo",
    ),
    _named("Secret", SECRET, {"secret_type": "opaque"}),
    _named("GenericContainer", {"secrets": []}, {"type": "generic"}),
    _named("RSAContainer", {}, {"type": "rsa"}, ("private_key_ref", "public_key_ref")),
    _named("CertificateContainer", {}, {"type": "certificate"}, ("certificate_ref",)),
    _named("Order", PAIR, {"type": "asymmetric"}),
    AnyLife(
        "OS::Barbican::Order",
        _certificate,
        replace={"subject_dn": "CN=example.com"},
        shown={"type": "certificate", "status": "ACTIVE"},
        services=("key-manager",),
        user="demo",
        dropped="Barbican makes no certificates any more",
        variant="of a certificate",
    ),
)
