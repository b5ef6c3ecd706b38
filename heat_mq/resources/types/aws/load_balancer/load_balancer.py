"""The type itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from heat_mq.errors import CloudGone, Problem
from heat_mq.resources.kit import IN_PLACE, Call, Int, List, Map, Props, Schema, Str
from heat_mq.resources.kit.nested import NestedStack, with_members
from heat_mq.resources.types.aws.load_balancer import haproxy, template
from heat_mq.template.tree import select

SEVERAL = 2
"""Servers from which on they are looked for in a list."""


class LoadBalancer(NestedStack, type="AWS::ElasticLoadBalancing::LoadBalancer"):
    """In front of the servers in ``Instances`` and of the members of every group that names it.

    Who updates its nested stack because members have changed is :mod:`heat_mq.engine.balancers`.
    """

    class Properties(Schema):
        AvailabilityZones = List(
            "The load balancer's server is in the first zone, where the cloud has one of that name.",
            required=True,
        )
        HealthCheck = Map(
            "How HAProxy finds out whether an instance works. Without it every instance is taken to work.",
            schema={
                "HealthyThreshold": Int("Checks in a row after which an instance works again.", required=True),
                "Interval": Int("Seconds between two checks.", required=True),
                "Target": Str("HTTP:PORT/PATH or TCP:PORT of an instance.", required=True),
                "Timeout": Int("Seconds in which an instance must answer.", required=True),
                "UnhealthyThreshold": Int("Failed checks in a row after which an instance is left out.", required=True),
            },
        )
        Instances = List("Ids of the servers behind it, beside the members of groups.", update=IN_PLACE)
        Listeners = List(
            "The ports that it listens on.",
            required=True,
            of=Map(
                "A listener.",
                schema={
                    "InstancePort": Int("Port of the instances.", required=True),
                    "LoadBalancerPort": Int("Port of the load balancer.", required=True),
                    "Protocol": Str(
                        "What is balanced: connections or requests.", required=True, allowed=["TCP", "HTTP"]
                    ),
                    "PolicyNames": List("Not implemented.", implemented=False),
                    "SSLCertificateId": Str("Not implemented.", implemented=False),
                },
            ),
        )
        AppCookieStickinessPolicy = Str("Not implemented.", implemented=False)
        LBCookieStickinessPolicy = Str("Not implemented.", implemented=False)
        SecurityGroups = List(
            "Names of security groups of the load balancer's server. A change makes a new server.", update=IN_PLACE
        )
        Subnets = List("Not implemented.", implemented=False)

    class Attributes(Schema):
        CanonicalHostedZoneName = Str("Address of the load balancer: it has no name in the DNS.")
        CanonicalHostedZoneNameID = Str("Empty: there is no hosted zone.")
        DNSName = Str("Address of the load balancer.")
        group_name = Str("The first security group of its server.", name="SourceSecurityGroup.GroupName")
        owner = Str("The project that it belongs to.", name="SourceSecurityGroup.OwnerAlias")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        yield from haproxy.listener_problems(props.get("Listeners"))
        yield from haproxy.health_problems(props.get("HealthCheck"))

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the cloud alone can tell is taken for granted: there are no servers yet, and there is the zone."""
        zones = props.get("AvailabilityZones")
        return _child("", props, zones[0] if isinstance(zones, list) and zones else "")

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        servers = [str(each) for each in with_members(self, call, props).Instances or ()]
        text = haproxy.configuration(props.Listeners, props.HealthCheck, addresses(call, servers))
        return _child(text, props, _zone(call, props.AvailabilityZones))

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        return self.record.name

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        match name:
            case "DNSName" | "CanonicalHostedZoneName":
                return super().attribute_at(call, template.ADDRESS, path)
            case "SourceSecurityGroup.GroupName":
                return select(next(iter(self.record.properties.get("SecurityGroups") or ("default",))), list(path))
            case "SourceSecurityGroup.OwnerAlias":
                return select(self.record.project_id, list(path))
        return select("", list(path))


def addresses(call: Call, server_ids: Sequence[str]) -> list[str]:
    """The first address of each server that has one, in their order; servers that are gone have none."""
    found = (call.cloud.compute.look("server", server_ids) or {}) if len(server_ids) >= SEVERAL else {}
    told = []
    for server_id in server_ids:
        try:
            server = found.get(server_id) or call.cloud.compute.get(f"/servers/{server_id}")["server"]
        except CloudGone:
            continue
        told += [item["addr"] for items in server.get("addresses", {}).values() for item in items][:1]
    return told


def _zone(call: Call, wanted: Sequence[str]) -> str:
    """The zone for the server; templates of CloudFormation name zones that no other cloud has."""
    known = call.cloud.compute.get("/os-availability-zone")["availabilityZoneInfo"] if wanted else ()
    return wanted[0] if any(zone["zoneName"] == wanted[0] for zone in known) else ""


def _child(configuration: str, props: Mapping[str, Any], zone: str) -> dict[str, Any]:
    declared = template.parameter_names()
    groups = props.get("SecurityGroups")
    given = {"SecurityGroups": [] if groups is None else groups, "AvailabilityZone": zone}
    return {
        "template": template.with_configuration(configuration),
        "parameters": {name: value for name, value in given.items() if name in declared},
        "inherits": sorted(declared.difference(given)),
    }
