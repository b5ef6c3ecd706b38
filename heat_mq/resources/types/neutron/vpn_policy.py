"""What the two kinds of policies of virtual private networks share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from heat_mq.resources.kit import Call, CloudError, Int, Map, Props, Schema, Str
from heat_mq.resources.types.neutron.neutron_object import NeutronObject

AUTH: Final = ("sha1", "sha256", "sha384", "sha512", "aes-xcbc", "aes-cmac")
_SIZES: Final = ("128", "192", "256")
ENCRYPTION: Final = (
    "3des",
    *(f"aes-{size}" for size in _SIZES),
    *(f"aes-{size}-{mode}-{tag}" for mode in ("ccm", "gcm") for tag in (8, 12, 16) for size in _SIZES),
    *(f"aes-{size}-ctr" for size in _SIZES),
)
GROUPS: Final = ("group2", "group5", *(f"group{number}" for number in range(14, 32)))
#: Property -> value that newer Neutrons do not take any more (their extension vpn-no-sha1-3des), and one that all take.
OUTDATED: Final = {"auth_algorithm": ("sha1", "sha256"), "encryption_algorithm": ("3des", "aes-256")}
LIFETIME: Final[dict[str, Any]] = {"units": "seconds", "value": 3600}


def auth(update: str) -> Str:
    doc = "Algorithm that authenticates. Newer Neutrons refuse sha1, though it is the default: say sha256 there."
    return Str(doc, default="sha1", update=update, allowed=AUTH)


def encryption(update: str) -> Str:
    doc = "Algorithm that encrypts. Newer Neutrons refuse 3des."
    return Str(doc, default="aes-128", update=update, allowed=ENCRYPTION)


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


class VpnPolicy(NeutronObject):
    """A policy whose algorithms the service may know no more; neutron-vpnaas 29 says so with a mere 500."""

    needs_extension = "vpnaas"

    def create(self, call: Call, props: Props) -> str:
        with hinted(props):
            return super().create(call, props)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        with hinted(props):
            super().update(call, props, changed)


@contextlib.contextmanager
def hinted(props: Mapping[str, Any]) -> Iterator[None]:
    """Tell with a refusal, or a failure, what may be its reason and what to do about it."""
    try:
        yield
    except CloudError as error:
        old = [
            f"{name} is {value}, which newer Neutrons refuse: try {better}"
            for name, (value, better) in OUTDATED.items()
            if props.get(name) == value
        ]
        if error.status in (400, 500) and old:
            error.message = f"{error.message} ({'; '.join(old)})"
            error.args = (error.message,)
        raise
