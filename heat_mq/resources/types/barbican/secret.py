"""OS::Barbican::Secret: a secret kept by Barbican; its reference is the URL by which others fetch it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.kit import Call, Int, Props, Schema, Str, Support
from heat_mq.resources.types.barbican.barbican_object import BarbicanObject
from heat_mq.resources.types.barbican.payloads import read_payload
from heat_mq.template.marks import UNKNOWN

BINARY = "application/octet-stream"


class Secret(BarbicanObject, type="OS::Barbican::Secret"):
    support = Support(version="2014.2")
    kind = "secret"

    class Properties(Schema):
        name = Str("Name of the secret; one made of stack and resource when not given.")
        payload = Str("What is to be kept.", secret=True)
        payload_content_type = Str("Type of the payload.", allowed=["text/plain", BINARY])
        payload_content_encoding = Str(f"How a payload of type {BINARY} is written here.", allowed=["base64"])
        mode = Str("Mode of the algorithm that the secret is for.")
        expiration = Str("When the secret ends, as an ISO 8601 time.", constraint="expiration")
        algorithm = Str("Algorithm that the secret is for.")
        bit_length = Int("Length of the secret, in bits.", within=(0, None))
        secret_type = Str(
            "Kind of secret.",
            default="opaque",
            allowed=["symmetric", "public", "private", "certificate", "passphrase", "opaque"],
            support=Support(version="5.0.0"),
        )

    class Attributes(Schema):
        status = Str("Status of the secret.")
        decrypted_payload = Str("What is kept: text as it is, anything else in base64.", secret=True)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        payload, kind, encoding = (
            props.get(name) for name in ("payload", "payload_content_type", "payload_content_encoding")
        )
        if UNKNOWN in (payload, kind, encoding):
            return
        if payload and not kind:
            yield Problem("a payload needs a payload_content_type", path="payload_content_type")
        if kind and not payload:
            yield Problem("payload_content_type is for secrets with a payload", path="payload_content_type")
        if encoding and kind != BINARY:
            yield Problem(
                "payload_content_encoding is for payloads that are no text",
                path="payload_content_encoding",
                expected=f"payload_content_type {BINARY}",
            )
        if kind == BINARY and payload and not encoding:
            yield Problem(f"a payload of type {BINARY} is written in base64", path="payload_content_encoding")

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        return props.given("name")

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return read_payload(call, self.physical_id, dict(live)) if name == "decrypted_payload" else live.get(name)
