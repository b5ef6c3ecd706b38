"""Properties that the two kinds of policies of virtual private networks share."""

from __future__ import annotations

from typing import Any, Final

from heat_mq.resources.kit import Int, Map, Schema, Str

AUTH: Final = ("sha1", "sha256", "sha384", "sha512", "aes-xcbc", "aes-cmac")
_SIZES: Final = ("128", "192", "256")
ENCRYPTION: Final = (
    "3des",
    *(f"aes-{size}" for size in _SIZES),
    *(f"aes-{size}-{mode}-{tag}" for mode in ("ccm", "gcm") for tag in (8, 12, 16) for size in _SIZES),
    *(f"aes-{size}-ctr" for size in _SIZES),
)
GROUPS: Final = ("group2", "group5", *(f"group{number}" for number in range(14, 32)))
LIFETIME: Final[dict[str, Any]] = {"units": "seconds", "value": 3600}


def auth(update: str) -> Str:
    return Str("Algorithm that authenticates.", default="sha1", update=update, allowed=AUTH)


def encryption(update: str) -> Str:
    return Str("Algorithm that encrypts.", default="aes-128", update=update, allowed=ENCRYPTION)


def pfs(update: str) -> Str:
    return Str("Group of the key exchange (perfect forward secrecy).", default="group5", update=update, allowed=GROUPS)


def lifetime(update: str) -> Map:
    units = Str("What the value counts.", default=LIFETIME["units"], allowed=("seconds", "kilobytes"))
    schema = {"units": units, "value": Int("How many of them.", default=LIFETIME["value"])}
    return Map("How long a key is good.", update=update, schema=schema)


class Shown(Schema):
    auth_algorithm = Str("Algorithm that authenticates.")
    description = Str("Its description.")
    encryption_algorithm = Str("Algorithm that encrypts.")
    lifetime = Map("How long a key is good.")
    name = Str("Name of the policy.")
    pfs = Str("Group of the key exchange.")
    tenant_id = Str("Id of the project that owns it.")
