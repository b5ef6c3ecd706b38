"""OS::Barbican::Order: a key, a pair of keys or a certificate that Barbican makes.

What was made for the order goes with it. A private key with which a certificate was asked for is none of it, and stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudGone,
    Int,
    Lookup,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
    Watch,
)
from heat_mq.resources.kit.polling import looks, wait
from heat_mq.resources.types.barbican.barbican_object import BarbicanObject, path
from heat_mq.resources.types.barbican.payloads import read_payload
from heat_mq.template.marks import UNKNOWN

SINCE: Final = Support(version="5.0.0")
KEY: Final = frozenset({"name", "algorithm", "bit_length", "mode", "payload_content_type", "expiration"})
#: Properties that an order of each type has.
ALLOWED: Final = {
    "key": KEY,
    "asymmetric": KEY | {"pass_phrase"},
    "certificate": frozenset(
        {"name", "request_type", "subject_dn", "source_container_ref", "ca_id", "profile", "request_data"}
    ),
}
#: Looks at an order that Barbican has in hand, half a minute, before it is deleted all the same.
PATIENCE: Final = 12
#: What is made of a certificate's container.
MADE: Final = frozenset({"certificate", "intermediates"})


class Order(BarbicanObject, type="OS::Barbican::Order"):
    support = Support(version="2014.2")
    kind = "order"

    class Properties(Schema):
        name = Str("Name of what is made; one made of stack and resource when not given.")
        payload_content_type = Str("Type of the payload of what is made.")
        mode = Str("Mode of the algorithm.")
        expiration = Str("When what is made ends, as an ISO 8601 time.", constraint="expiration")
        algorithm = Str("Algorithm that the key is for.")
        bit_length = Int("Length of the key, in bits.")
        type = Str("What to make.", required=True, allowed=["key", "asymmetric", "certificate"], support=SINCE)
        request_type = Str(
            "How a certificate is asked for.", allowed=["stored-key", "simple-cmc", "custom"], support=SINCE
        )
        subject_dn = Str("Subject of the certificate.", support=SINCE)
        source_container_ref = Str(
            "Container with the key of the certificate: its URL, id or name.",
            constraint="barbican.container",
            lookup=Lookup("key-manager", "container"),
            support=SINCE,
        )
        ca_id = Str("Id of the authority that is asked.", support=SINCE)
        profile = Str("Profile of the certificate.", support=SINCE)
        request_data = Str("The request itself, for types simple-cmc and custom.", support=SINCE)
        pass_phrase = Str("Pass phrase of the private key.", support=SINCE, secret=True)

    class Attributes(Schema):
        status = Str("Status of the order.")
        order_ref = Str("URL of the order.")
        secret_ref = Str("URL of the key.")
        container_ref = Str("URL of the container of a pair or a certificate.", support=SINCE)
        public_key = Str("The public key.", support=SINCE)
        private_key = Str("The private key.", support=SINCE, secret=True)
        certificate = Str("The certificate.", support=SINCE)
        intermediates = Str("The chain of certificates above.", support=SINCE)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        kind = props.get("type")
        allowed = ALLOWED.get(kind) if isinstance(kind, str) else None
        if allowed is None:
            return
        for name in sorted(cls.Properties.props.keys() - allowed - {"type"}):
            if props.get(name) is not None:
                yield Problem(
                    f"an order of type {kind} has no {name}",
                    path=name,
                    expected=f"some of {', '.join(sorted(allowed))}",
                )
        if kind != "certificate":
            for name in ("algorithm", "bit_length"):
                if props.get(name) is None:
                    yield Problem(f"an order of type {kind} needs {name}", path=name)
        elif props.get("profile") not in (None, UNKNOWN) and props.get("ca_id") is None:
            yield Problem("a profile is one of an authority", path="profile", expected="ca_id beside it")

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        meta = props.given("name", "type", "source_container_ref")
        if props.source_container_ref:
            meta["container_ref"] = call.api.reference("container", props.source_container_ref)
        return {"type": props.type, "meta": meta}

    def with_name(self, body: dict[str, Any], name: str) -> dict[str, Any]:
        return {**body, "meta": {**body["meta"], "name": name}}

    def name_of(self, live: Mapping[str, Any]) -> Any:
        return (live.get("meta") or {}).get("name")

    def delete(self, call: Call) -> None:
        """:meth:`check_delete` does it once all is made."""

    def check_delete(self, call: Call) -> Outcome:
        """What Barbican has in hand when its order goes it makes all the same, and nobody would know of it."""
        try:
            live = self.read(call)
            if live["status"] == "PENDING" and looks(call) < PATIENCE:
                return wait(call, Watch("key-manager", self.kind, self.physical_id, "PENDING"))
            self._delete(call, live)
        except CloudGone:
            return DONE
        return DONE

    def _delete(self, call: Call, live: Mapping[str, Any]) -> None:
        """The order last: it knows what was made."""
        made: list[tuple[str, Any]] = [
            ("container", live.get("container_ref")),
            ("secret", live.get("secret_ref")),
        ]
        for name, reference in _parts(call, live).items():
            if live["type"] != "certificate" or name in MADE:
                made.insert(0, ("secret", reference))
        for kind, reference in made:
            if reference:
                with contextlib.suppress(CloudGone):
                    call.api.delete(path(kind, reference))
        super().delete(call)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if name not in ("public_key", "private_key", "certificate", "intermediates"):
            return live.get(name)
        reference = _parts(call, live).get(name)
        return read_payload(call, reference) if reference else None


def _parts(call: Call, live: Mapping[str, Any]) -> dict[str, str]:
    """Secrets of the container that was made, by name."""
    if not live.get("container_ref"):
        return {}
    try:
        container = call.api.get(path("container", live["container_ref"]))
    except CloudGone:
        return {}
    return {each["name"]: each["secret_ref"] for each in container["secret_refs"]}
