"""All that a run has in a real cloud: what is in its projects, and what bears its token."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from heat_mq.clients.cloud import Cloud
from heat_mq.errors import CloudError, ServiceMissing
from tests.real.account import QUOTAS, Account

#: What changes by itself, or with every look.
PASSING = frozenset({"updated_at", "updated", "revision_number", "links", "last_login", "password_expires_at"})
#: What an agent does sooner or later, of one kind.
PASSING_OF = {
    "floatingips": frozenset({"status"}),
    # Neutron's trunks leave it to their backend to bind sub-ports, and not all of them unbind what leaves a trunk.
    "ports": frozenset({"status", "binding:host_id", "binding:vif_type", "binding:vif_details"}),
    # A load balancer follows its parts, and what a backend says of them is late.
    "loadbalancers": frozenset({"provisioning_status", "operating_status"}),
    "listeners": frozenset({"operating_status"}),
    "pools": frozenset({"operating_status"}),
    # Who shares an object again is noted as who shares it.
    "rbac_policies": frozenset({"project_id", "tenant_id"}),
    # Nova hears late of floating IPs; ports and floating IPs tell the addresses. A resize chooses a host.
    "servers": frozenset(
        {
            "addresses",
            "hostId",
            "OS-EXT-SRV-ATTR:host",
            "OS-EXT-SRV-ATTR:hypervisor_hostname",
            "OS-EXT-SRV-ATTR:instance_name",
        }
    ),
    "volumes": frozenset({"host_name", "attached_at"}),
}
#: What such a backend leaves as the owner of a port whose trunk is gone.
SUB_PORT = "trunk:subport"


@dataclasses.dataclass(frozen=True)
class Listing:
    """A collection: ``path`` lists it under ``key``; ``id`` is what one is deleted by at ``at`` (else ``path``)."""

    service: str
    path: str
    key: str = ""
    id: str = "id"
    at: str = ""
    query: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    version: str | None = None
    #: Only one's own are shown: each user is asked for his, and all are the run's.
    own: bool = False
    #: Deleting one takes no request of its own.
    shadow: bool = False

    @property
    def kind(self) -> str:
        return self.key or self.path.strip("/")

    def each(self, cloud: Cloud) -> list[dict[str, Any]]:
        """All items; none where the cloud has no such service or collection."""
        try:
            service = cloud.service(self.service)
            if not self.key:
                return list(service.get(self.path, query=self.query))
            return list(service.each(self.path, self.key, query=self.query, version=self.version))
        except ServiceMissing:
            return []
        except CloudError as error:
            if error.status in (404, 501):
                return []
            raise


def neutron(path: str, key: str = "") -> Listing:
    return Listing("network", path, key or path.rpartition("/")[2].replace("-", "_"))


def octavia(path: str, key: str = "", id: str = "id") -> Listing:
    return Listing("load-balancer", f"/lbaas/{path}", key or path, id)


def barbican(key: str) -> Listing:
    return Listing("key-manager", f"/{key}", key, f"{key.removesuffix('s')}_ref", query={"limit": 1000}, own=True)


ALL_PROJECTS = {"all_tenants": 1}
#: In an order in which what is left can be deleted.
LISTINGS = (
    octavia("loadbalancers"),
    octavia("listeners"),
    octavia("l7policies"),
    octavia("pools"),
    octavia("healthmonitors"),
    octavia("flavors"),
    octavia("flavorprofiles"),
    octavia("availabilityzones", "availability_zones", "name"),
    octavia("availabilityzoneprofiles", "availability_zone_profiles"),
    Listing("compute", "/servers/detail", "servers", at="/servers", query=ALL_PROJECTS, version="2.26"),
    Listing("compute", "/os-server-groups", "server_groups", query={"all_projects": True}, version="2.64"),
    Listing("compute", "/os-keypairs", "keypairs", "name", own=True),
    Listing("compute", "/os-aggregates", "aggregates"),
    Listing("compute", "/flavors/detail", "flavors", at="/flavors", query={"is_public": "None"}, version="2.61"),
    # From 3.18 on it says whose it is.
    Listing("block-storage", "/backups/detail", "backups", at="/backups", query=ALL_PROJECTS, version="3.18"),
    Listing("block-storage", "/snapshots/detail", "snapshots", at="/snapshots", query=ALL_PROJECTS),
    Listing("block-storage", "/volumes/detail", "volumes", at="/volumes", query=ALL_PROJECTS),
    Listing("block-storage", "/types", "volume_types", query={"is_public": "None"}),
    Listing("block-storage", "/qos-specs", "qos_specs"),
    Listing("image", "/images", "images"),
    Listing("object-store", "", id="name", query={"format": "json"}, own=True),
    Listing("message", "/queues", "queues", "name", own=True),
    barbican("orders"),
    barbican("containers"),
    barbican("secrets"),
    neutron("/sfc/port_chains"),
    neutron("/sfc/port_pair_groups"),
    neutron("/sfc/port_pairs"),
    neutron("/sfc/flow_classifiers"),
    neutron("/sfc/service_graphs"),
    neutron("/l2-gateway-connections"),
    neutron("/l2-gateways"),
    neutron("/taas/tap_flows"),
    neutron("/taas/tap_services"),
    neutron("/vpn/ipsec-site-connections"),
    neutron("/vpn/vpnservices"),
    neutron("/vpn/ikepolicies"),
    neutron("/vpn/ipsecpolicies"),
    neutron("/vpn/endpoint-groups"),
    neutron("/trunks"),
    neutron("/floatingips"),
    neutron("/routers"),
    neutron("/ports"),
    neutron("/subnets"),
    neutron("/segments"),
    neutron("/networks"),
    neutron("/subnetpools"),
    neutron("/address-scopes"),
    neutron("/address-groups"),
    neutron("/security-groups"),
    neutron("/qos/policies", "policies"),
    neutron("/rbac-policies"),
    neutron("/metering/metering-labels"),
    neutron("/metering/metering-label-rules"),
    Listing("identity", "/role_assignments", "role_assignments", query={"include_names": True}, shadow=True),
    Listing("identity", "/credentials", "credentials"),
    Listing("identity", "/endpoints", "endpoints"),
    Listing("identity", "/services", "services"),
    Listing("identity", "/regions", "regions"),
    Listing("identity", "/users", "users"),
    Listing("identity", "/groups", "groups"),
    Listing("identity", "/roles", "roles"),
    Listing("identity", "/projects", "projects"),
    Listing("identity", "/domains", "domains"),
)

EVERYWHERE = frozenset(listing.service for listing in LISTINGS)
Key = tuple[str, str, str]


def holdings(account: Account, where: Collection[str]) -> dict[Key, Any]:
    """Every object of the run there, without the marks of time, and the limits of its projects."""
    objects = {key: _lasting(key[1], each) for key, (_, each) in found(account, where).items()}
    return objects | _quotas(account, where)


def found(account: Account, where: Collection[str] = EVERYWHERE) -> dict[Key, tuple[Listing, dict[str, Any]]]:
    """Every object of the run as its service shows it; ``where`` holds services and kinds, as ``network/ports``."""
    return {
        (listing.service, listing.kind, _id(listing, each)): (listing, each)
        for listing in LISTINGS
        if listing.service in where or f"{listing.service}/{listing.kind}" in where
        for each in _of_the_run(account, listing)
    }


def framework(account: Account) -> frozenset[Key]:
    """What the run works in: its users, projects and domain, with what comes by itself."""
    own = {("identity", "projects", id) for id in account.projects.values()}
    own |= {("identity", "users", id) for id in (*account.users.values(), account.keeper_id)}
    own.add(("identity", "domains", account.domain_id))
    return frozenset(own | found(account, ("identity/role_assignments",)).keys())


def _of_the_run(account: Account, listing: Listing) -> Iterator[dict[str, Any]]:
    if listing.own:
        for user in account.users:
            for each in listing.each(account.cloud(user)):
                yield each["keypair"] if listing.kind == "keypairs" else each
        return
    items = listing.each(account.administrator)
    if listing.kind == "roles":
        identity = account.administrator.identity
        for domain in filter(account.owns, identity.each("/domains", "domains")):
            items += identity.each("/roles", "roles", query={"domain_id": domain["id"]})
    for each in filter(account.owns, items):
        # Neutron makes it with the first network in a project; it goes with the project.
        of_itself = (listing.kind, each.get("name")) == ("security_groups", "default")
        # Nova says so for a moment before it forgets a server.
        gone = (listing.kind, each.get("status")) == ("servers", "DELETED")
        if not of_itself and not gone:
            yield each


def _id(listing: Listing, each: Mapping[str, Any]) -> str:
    return json.dumps(each, sort_keys=True) if listing.shadow else str(each[listing.id])


def _lasting(kind: str, document: Any) -> Any:
    """The document, at every depth without what passes; lists have no order that a service keeps."""
    match document:
        case dict():
            gone = PASSING | PASSING_OF.get(kind, frozenset())
            kept = {key: _lasting(kind, value) for key, value in document.items() if key not in gone}
            return {**kept, "device_owner": ""} if kept.get("device_owner") == SUB_PORT else kept
        case list():
            return sorted(
                (_lasting(kind, each) for each in document), key=lambda each: json.dumps(each, sort_keys=True)
            )
    return document


def _quotas(account: Account, where: Collection[str]) -> dict[Key, Any]:
    answers = {}
    for service, path in QUOTAS.items():
        if service in where and account.administrator.has(service):
            for id in account.projects.values():
                answers[service, "quotas", id] = account.administrator.service(service).get(path.format(id))
    return answers
