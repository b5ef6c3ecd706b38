"""The lives of Barbican's types. None has a name, by which an interrupted create could not be found."""

from __future__ import annotations

from tests.unit.resources.lives import Life, Make, Raw

SECRET = {"payload": "text", "payload_content_type": "text/plain"}
END = "2099-01-01T00:00:00"


def _secret(make: Make) -> str:
    return make("OS::Barbican::Secret", **SECRET)


def _life(kind: str, begin: Raw | None, replace: Raw, shown: Raw, refs: tuple[str, ...] = ()) -> Life:
    return Life(
        f"OS::Barbican::{kind}",
        lambda make: {**(begin or {}), **{name: _secret(make) for name in refs}},
        replace=replace,
        shown={**shown, "status": "ACTIVE"},
        services=("key-manager",),
        user="demo",
    )


LIVES = (
    _life(
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
    _life(
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
    _life(
        "RSAContainer",
        None,
        {"private_key_passphrase_ref": None},
        {"type": "rsa"},
        ("private_key_ref", "private_key_passphrase_ref", "public_key_ref"),
    ),
    _life(
        "CertificateContainer",
        None,
        {"intermediates_ref": None},
        {"type": "certificate"},
        ("certificate_ref", "private_key_ref", "private_key_passphrase_ref", "intermediates_ref"),
    ),
    Life(
        "OS::Barbican::GenericContainer",
        lambda make: {"secrets": [{"name": "first", "ref": _secret(make)}, {"name": "second", "ref": _secret(make)}]},
        replace={"secrets": []},
        shown={"type": "generic", "status": "ACTIVE"},
        services=("key-manager",),
        user="demo",
    ),
)
