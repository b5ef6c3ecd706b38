"""OS::Nova::KeyPair: a key for logging in to servers, imported or made here.

An SSH pair is made here and imported, so that its public key can carry the resource's id: what an interrupted create
left is recognised by it. Its private key was lost with the worker, so that pair is thrown away and another one is made.
"""

from __future__ import annotations

import contextlib
import urllib.parse
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from heat_mq.resources.kit import (
    DONE,
    Bool,
    Call,
    CloudConflict,
    CloudGone,
    Lookup,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
    Support,
)

# what is kept in the resource's data
PUBLIC: Final = "public_key"
PRIVATE: Final = "private_key"
TYPE: Final = "type"
USER: Final = "user"
GIVEN_UP: Final = "given_up"  # to the successor

BITS: Final = 2048
TYPED: Final = "2.2"
OF_USER: Final = "2.10"


class KeyPair(Resource, type="OS::Nova::KeyPair"):
    service = "compute"
    support = Support(version="2014.1")

    class Properties(Schema):
        name = Str("Name of the key pair.", required=True, length=(1, 255))
        save_private_key = Bool(
            "Whether the private key is kept, for the attribute private_key; without it the key of a pair that is made "
            "here is lost.",
            default=False,
        )
        public_key = Str("Public key to import; without it a pair is made.")
        type = Str("Kind of the pair.", allowed=["ssh", "x509"], support=Support(version="8.0.0"))
        user = Str(
            "Name or id of the user that the pair is made for; for administrators.",
            constraint="keystone.user",
            lookup=Lookup("identity", "user"),
            support=Support(version="9.0.0"),
        )

    class Attributes(Schema):
        public_key = Str("The public key.")
        private_key = Str("The private key, when save_private_key is true, else empty.", cached=False)

    def find_existing(self, call: Call, props: Props) -> str | None:
        """The pair of this name, when its public key shows that this resource made it."""
        try:
            found = _show(call, props.name, props.user)
        except CloudGone:
            return None
        if props.public_key:
            if _key_of(found["public_key"]) != _key_of(props.public_key):
                return None
            _remember(call, props, found["public_key"], "")
            return str(found["name"])
        if str(found["public_key"]).rstrip().endswith(self._comment()):
            _delete(call, props.name, props.user)
        return None

    def create(self, call: Call, props: Props) -> str:
        wanted: dict[str, Any] = {"name": props.name}
        private_key = ""
        if props.type:
            wanted["type"] = props.type
        if props.user:
            wanted["user_id"] = props.user
        if props.public_key:
            wanted["public_key"] = props.public_key
        elif props.type != "x509":
            private_key, wanted["public_key"] = make_pair(self._comment())
        made = call.cloud.compute.post("/os-keypairs", {"keypair": wanted}, version=_version(props.user))["keypair"]
        _remember(call, props, made["public_key"], private_key or made.get("private_key") or "")
        return str(made["name"])

    def is_same(self, successor: Props) -> bool:
        """Whose pair it is that has the name is told by its public key: see :meth:`delete`."""
        return False

    def prepare_replace(self, call: Call) -> Outcome:
        """A name stands for one pair only, and the successor may have the same."""
        self.delete(call)
        call.data[GIVEN_UP] = True
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        """Import the public key again: whoever has the private key goes on using it."""
        if self.record.physical_id is not None:
            user = call.data.get(USER)
            pair = {"name": self.physical_id, "public_key": call.data[PUBLIC], "type": call.data[TYPE]}
            with contextlib.suppress(CloudConflict):
                wanted = {**pair, **({"user_id": user} if user else {})}
                call.cloud.compute.post("/os-keypairs", {"keypair": wanted}, version=_version(user))
        call.data.pop(GIVEN_UP, None)
        return DONE

    def delete(self, call: Call) -> None:
        """Delete the pair; not one that took its name since, though it may be of the same imported key."""
        if self.record.physical_id is None or call.data.get(GIVEN_UP):
            return
        user = call.data.get(USER)
        with contextlib.suppress(CloudGone):
            if _key_of(_show(call, self.physical_id, user)["public_key"]) == _key_of(call.data.get(PUBLIC, "")):
                _delete(call, self.physical_id, user)

    def read(self, call: Call) -> dict[str, Any]:
        return _show(call, self.physical_id, call.data.get(USER))

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return call.data.get(PRIVATE, "") if name == PRIVATE else live.get(name)

    def _comment(self) -> str:
        return f"heat_mq-{self.record.id}"


def make_pair(comment: str) -> tuple[str, str]:
    """A private key (PEM) and its public key (OpenSSH, with a comment)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private.decode(), f"{public.decode()} {comment}"


def _remember(call: Call, props: Props, public_key: str, private_key: str) -> None:
    call.data[PUBLIC] = public_key
    call.data[PRIVATE] = private_key if props.save_private_key else ""
    call.data[TYPE] = props.type or "ssh"
    if props.user:
        call.data[USER] = props.user


def _key_of(text: str) -> tuple[str, ...]:
    """The key without its comment."""
    return tuple(text.split()[:2])


def _path(name: str, user: str | None) -> str:
    query = f"?{urllib.parse.urlencode({'user_id': user})}" if user else ""
    return f"/os-keypairs/{urllib.parse.quote(name, safe='')}{query}"


def _show(call: Call, name: str, user: str | None) -> dict[str, Any]:
    return dict(call.cloud.compute.get(_path(name, user), version=_version(user))["keypair"])


def _delete(call: Call, name: str, user: str | None) -> None:
    call.cloud.compute.delete(_path(name, user), version=_version(user))


def _version(user: str | None) -> str:
    return OF_USER if user else TYPED
