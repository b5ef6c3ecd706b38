"""OS::Octavia::Listener: a port of a load balancer on which it takes requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Int, List, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.octavia_object import OctaviaObject

PROTOCOLS: Final = ("TCP", "HTTP", "HTTPS", "TERMINATED_HTTPS", "PROXY", "UDP")


class Listener(OctaviaObject, type="OS::Octavia::Listener"):
    support = Support(version="10.0.0")
    kind = "listener"
    above: ClassVar[Mapping[str, str]] = {"loadbalancer": "loadbalancer"}
    keys: ClassVar[Mapping[str, str]] = {
        "loadbalancer": "loadbalancer_id",
        "default_pool": "default_pool_id",
        "tenant_id": "project_id",
    }
    unset: ClassVar[Mapping[str, Any]] = {
        "description": "",
        "admin_state_up": True,
        "connection_limit": -1,
        "sni_container_refs": [],
        "allowed_cidrs": [],
    }

    class Properties(Schema):
        name = properties.name("listener")
        description = properties.description("listener")
        admin_state_up = properties.admin_state_up("listener")
        protocol = Str("Protocol of the requests.", required=True, allowed=PROTOCOLS)
        protocol_port = Int("Port on which it listens.", required=True, within=(1, 65535))
        default_pool = properties.pool("Pool that answers, by name or id.", update=IN_PLACE)
        loadbalancer = properties.load_balancer("Load balancer that it belongs to, by name or id.", required=True)
        default_tls_container_ref = Str(
            "URL of the secret with certificate and key, for the protocol TERMINATED_HTTPS.", update=IN_PLACE
        )
        sni_container_refs = List("URLs of the secrets with certificates for further names.", update=IN_PLACE)
        connection_limit = Int(
            "Most connections at a time; -1 is without limit.", default=-1, update=IN_PLACE, within=(-1, None)
        )
        tenant_id = properties.project("listener")
        allowed_cidrs = List(
            "Addresses from which it takes requests; from everywhere when not given.",
            update=IN_PLACE,
            of=Str("A CIDR.", constraint="net_cidr"),
            support=Support(version="14.0.0"),
        )

    class Attributes(Schema):
        loadbalancers = List("The load balancer that it belongs to.")
        default_pool_id = Str("Id of the pool that answers.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if props.get("protocol") == "TERMINATED_HTTPS" and props.get("default_tls_container_ref") is None:
            yield Problem(
                "default_tls_container_ref is needed when protocol is TERMINATED_HTTPS",
                path="default_tls_container_ref",
                expected="the URL of a secret",
            )
