"""Subnet pools: prefixes out of which subnets are cut."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron import refusals
from heat_mq.simcloud.neutron.addresses import IPNetwork
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, integer, list_of, optional, subnet_cidr, uuid_text
from heat_mq.simcloud.neutron.kind import NAME, STANDARD, TAGS, Kind
from heat_mq.simcloud.refusal import bad_request
from heat_mq.simcloud.store import Document


class SubnetPools(Kind):
    """``/v2.0/subnetpools``."""

    singular = "subnetpool"
    plural = "subnetpools"
    missing = ("SubnetPoolNotFound", "Subnet pool {} could not be found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *STANDARD,
            NAME,
            TAGS,
            Attribute("prefixes", list_of(subnet_cidr), REQUIRED),
            Attribute("default_prefixlen", optional(integer(0))),
            Attribute("min_prefixlen", optional(integer(0))),
            Attribute("max_prefixlen", optional(integer(0))),
            Attribute("default_quota", optional(integer(0)), None),
            Attribute("address_scope_id", optional(uuid_text), None),
            Attribute("shared", boolean, False, put=False, admin=True),
            Attribute("is_default", boolean, False, admin=True),
            Attribute("ip_version", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        networks = [ipaddress.ip_network(each) for each in document["prefixes"]]
        versions = {each.version for each in networks}
        if len(versions) != 1:
            raise bad_request(
                "Cannot mix IPv4 and IPv6 prefixes in a subnet pool." if versions else "Prefixes must not be empty.",
                "PrefixVersionMismatch",
            )
        document["ip_version"] = versions.pop()
        widest = 32 if document["ip_version"] == 4 else 128
        document["min_prefixlen"] = document.get("min_prefixlen") or (8 if widest == 32 else 64)
        document["max_prefixlen"] = document.get("max_prefixlen") or widest
        document["default_prefixlen"] = document.get("default_prefixlen") or document["min_prefixlen"]
        document["prefixes"] = _merged(networks)
        self._check(caller, document)
        return self.documents.save(document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        changed = {**document, **values}
        wanted = _merged([ipaddress.ip_network(each) for each in changed["prefixes"]])
        if not all(_inside(ipaddress.ip_network(each), wanted) for each in document["prefixes"]):
            raise bad_request(
                "Illegal update to prefixes: Existing prefixes must be a subset of the new prefixes.",
                "IllegalSubnetPoolPrefixUpdate",
            )
        changed["prefixes"] = wanted
        self._check(caller, changed)
        document.update(changed)

    def unmake(self, document: Document) -> None:
        if self.network.subnets.documents.where(subnetpool_id=document["id"]):
            raise bad_request(
                "Unable to delete subnet pool: Subnet pool has existing allocations.", "SubnetPoolDeleteError"
            )
        self.network.rbac_policies.forget("subnetpool", document["id"])
        super().unmake(document)

    def sees(self, caller: Caller, document: Document) -> bool:
        return document["shared"] or super().sees(caller, document)

    def view(self, caller: Caller, document: Document) -> Document:
        shown = super().view(caller, document)
        for key in ("min_prefixlen", "max_prefixlen", "default_prefixlen"):
            shown[key] = str(shown[key])
        return shown

    def give(self, caller: Caller, subnet: Document) -> None:
        """Settle the pool of a new subnet, and cut a prefix out of it unless the subnet says which."""
        pool = self._pool_of(caller, subnet)
        subnet["subnetpool_id"] = pool and pool["id"]
        if pool is None:
            return
        free = self._free(pool)
        if subnet.get("cidr"):
            wanted = ipaddress.ip_network(subnet["cidr"])
            if not any(_inside(wanted, [each]) for each in free):
                raise refusals.cannot_allocate("Cannot allocate requested subnet from the available set of prefixes")
        else:
            length = subnet.get("prefixlen") or pool["default_prefixlen"]
            for bound, is_wrong in (("min", length < pool["min_prefixlen"]), ("max", length > pool["max_prefixlen"])):
                if is_wrong:
                    raise refusals.bad_prefix_length(bound, length, pool[f"{bound}_prefixlen"])
            block = next((ipaddress.ip_network(each) for each in free if _length(each) <= length), None)
            if block is None:
                raise refusals.cannot_allocate(f"Insufficient prefix space to allocate subnet size /{length}")
            subnet["cidr"] = str(next(block.subnets(new_prefix=length)))
        subnet["ip_version"] = pool["ip_version"]

    def _pool_of(self, caller: Caller, subnet: Document) -> Document | None:
        if subnet["use_default_subnetpool"]:
            pool = self.documents.first(is_default=True, ip_version=int(subnet.get("ip_version") or 4))
            if pool is None:
                raise refusals.bad("subnets", f"No default subnetpool found for IPv{subnet.get('ip_version') or 4}")
            return pool
        return self.find(caller, subnet["subnetpool_id"]) if subnet.get("subnetpool_id") else None

    def _free(self, pool: Document) -> list[str]:
        """What is left of a pool's prefixes, smallest block first."""
        taken = [
            ipaddress.ip_network(each["cidr"])
            for each in self.network.subnets.documents.where(subnetpool_id=pool["id"])
        ]
        left: list[IPNetwork] = [ipaddress.ip_network(each) for each in pool["prefixes"]]
        for cidr in taken:
            remaining: list[IPNetwork] = []
            for block in left:
                if _inside(cidr, [str(block)]):
                    remaining += block.address_exclude(cidr)  # type: ignore[arg-type]
                else:
                    remaining.append(block)
            left = remaining
        return [str(each) for each in sorted(left, key=lambda each: (-each.prefixlen, int(each.network_address)))]

    def _check(self, caller: Caller, pool: Document) -> None:
        if not pool["min_prefixlen"] <= pool["default_prefixlen"] <= pool["max_prefixlen"]:
            raise bad_request(
                f"Illegal prefix bounds: min_prefixlen={pool['min_prefixlen']}, "
                f"default_prefixlen={pool['default_prefixlen']}, max_prefixlen={pool['max_prefixlen']}.",
                "IllegalSubnetPoolPrefixBounds",
            )
        if pool["address_scope_id"]:
            self.network.address_scopes.find(caller, pool["address_scope_id"])
        if pool["is_default"]:
            other = self.documents.first(is_default=True, ip_version=pool["ip_version"])
            if other is not None and other["id"] != pool["id"]:
                raise refusals.invalid_input(
                    f"A default subnetpool for this IP family has already been set: {other['id']}"
                )


def _merged(networks: list[IPNetwork]) -> list[str]:
    """The same addresses in as few prefixes as can be."""
    return [str(each) for each in ipaddress.collapse_addresses(networks)]  # type: ignore[type-var]


def _inside(network: IPNetwork, prefixes: list[str]) -> bool:
    blocks = (ipaddress.ip_network(each) for each in prefixes)
    return any(network.version == block.version and network.subnet_of(block) for block in blocks)  # type: ignore[arg-type]


def _length(prefix: str) -> int:
    return int(prefix.rpartition("/")[2])
