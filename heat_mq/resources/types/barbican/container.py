"""Containers of secrets: OS::Barbican::GenericContainer, RSAContainer and CertificateContainer.

The secrets are others' and stay when a container goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import Call, List, Lookup, Map, Props, Schema, Str, Support
from heat_mq.resources.types.barbican.barbican_object import BarbicanObject
from heat_mq.template.marks import UNKNOWN


def _name() -> Str:
    return Str("Name of the container; one made of stack and resource when not given.")


def _secret(what: str, *, required: bool = False) -> Str:
    return Str(
        f"Secret that is {what}: its URL, id or name.",
        required=required,
        constraint="barbican.secret",
        lookup=Lookup("key-manager", "secret"),
    )


class ContainerAttributes(Schema):
    status = Str("Status of the container.")
    container_ref = Str("URL of the container.")
    secret_refs = Map("URLs of its secrets, by the names that they have there.")
    consumers = List("Who has said that they use it.")


class Container(BarbicanObject):
    """Properties ``…_ref`` are the secrets, by the names that they have in the container."""

    support = Support(version="6.0.0")
    kind = "container"
    container_type: ClassVar[str] = ""

    def secrets(self, props: Props) -> dict[str, str]:
        """References by name."""
        return {name.removesuffix("_ref"): value for name, value in props.given("name").items() if value}

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        references = [
            {"name": name, "secret_ref": call.api.reference("secret", reference)}
            for name, reference in self.secrets(props).items()
        ]
        return {"type": self.container_type, "secret_refs": references}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if name == "secret_refs":
            return {each["name"]: each["secret_ref"] for each in live.get("secret_refs") or ()}
        return live.get(name)


class GenericContainer(Container, type="OS::Barbican::GenericContainer"):
    """Any secrets, each under a name."""

    container_type = "generic"

    class Properties(Schema):
        name = _name()
        secrets = List(
            "The secrets.",
            of=Map(
                "A secret.",
                schema={
                    "name": Str("Name of the secret in the container.", required=True),
                    "ref": _secret("kept under that name", required=True),
                },
            ),
        )

    class Attributes(ContainerAttributes):
        pass

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        seen: set[str] = set()
        secrets = props.get("secrets")
        for index, each in enumerate(secrets if isinstance(secrets, list) else ()):
            name = each.get("name") if isinstance(each, Mapping) else None
            if name is not UNKNOWN and name in seen:
                yield Problem(f"two secrets are called {name!r}", path=f"secrets[{index}].name")
            if isinstance(name, str):
                seen.add(name)

    def secrets(self, props: Props) -> dict[str, str]:
        return {each["name"]: each["ref"] for each in props.secrets or ()}


class RSAContainer(Container, type="OS::Barbican::RSAContainer"):
    """The two keys of a pair, and the passphrase of the private one."""

    container_type = "rsa"

    class Properties(Schema):
        name = _name()
        private_key_ref = _secret("the private key")
        private_key_passphrase_ref = _secret("the pass phrase of the private key")
        public_key_ref = _secret("the public key")

    class Attributes(ContainerAttributes):
        pass


class CertificateContainer(Container, type="OS::Barbican::CertificateContainer"):
    """A certificate with what proves it and what it is used with."""

    container_type = "certificate"

    class Properties(Schema):
        name = _name()
        certificate_ref = _secret("the certificate")
        private_key_ref = _secret("the private key")
        private_key_passphrase_ref = _secret("the pass phrase of the private key")
        intermediates_ref = _secret("the chain of certificates above")

    class Attributes(ContainerAttributes):
        pass
