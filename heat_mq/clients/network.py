"""Neutron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.clients.expiring import Expiring
from heat_mq.clients.local_constraints import ip_addr
from heat_mq.clients.service import Kind, Service, quoted
from heat_mq.errors import NotFound

#: Only an operator's restart of the service changes what extensions it has.
EXTENSION_SECONDS: Final = 300.0


def _kind(many: str, one: str = "", *, path: str = "", word: str = "", extension: str = "") -> Kind:
    return Kind(
        path=path or f"/{many.replace('_', '-')}",
        many=many,
        one=one or many[:-1],
        word=word,
        extension=extension,
        many_ids=True,
    )


class Network(Service):
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "network": _kind("networks"),
        "subnet": _kind("subnets"),
        "port": _kind("ports"),
        "router": _kind("routers"),
        "floatingip": _kind("floatingips", word="floating IP"),
        "security_group": _kind("security_groups"),
        "security_group_rule": _kind("security_group_rules"),
        "subnetpool": _kind("subnetpools", word="subnet pool"),
        "address_scope": _kind("address_scopes", extension="address-scope"),
        "qos_policy": _kind("policies", "policy", path="/qos/policies", word="QoS policy", extension="qos"),
        "segment": _kind("segments", extension="segment"),
        "trunk": _kind("trunks", extension="trunk"),
        "rbac_policy": _kind("rbac_policies", "rbac_policy", word="RBAC policy"),
        "metering_label": _kind("metering_labels", path="/metering/metering-labels"),
        "metering_label_rule": _kind("metering_label_rules", path="/metering/metering-label-rules"),
        "firewall": _kind("firewalls", path="/fw/firewalls"),
        "firewall_policy": _kind("firewall_policies", "firewall_policy", path="/fw/firewall_policies"),
        "firewall_rule": _kind("firewall_rules", path="/fw/firewall_rules"),
        "vpnservice": _kind("vpnservices", path="/vpn/vpnservices", word="VPN service"),
        "ikepolicy": _kind("ikepolicies", "ikepolicy", path="/vpn/ikepolicies", word="IKE policy"),
        "ipsecpolicy": _kind("ipsecpolicies", "ipsecpolicy", path="/vpn/ipsecpolicies", word="IPsec policy"),
        "ipsec_site_connection": _kind(
            "ipsec_site_connections", path="/vpn/ipsec-site-connections", word="IPsec site connection"
        ),
        "flow_classifier": _kind("flow_classifiers", path="/sfc/flow_classifiers", extension="sfc"),
        "port_pair": _kind("port_pairs", path="/sfc/port_pairs", extension="sfc"),
        "port_pair_group": _kind("port_pair_groups", path="/sfc/port_pair_groups", extension="sfc"),
        "port_chain": _kind("port_chains", path="/sfc/port_chains", extension="sfc"),
        "tap_service": _kind("tap_services", path="/taas/tap_services", extension="taas"),
        "tap_flow": _kind("tap_flows", path="/taas/tap_flows", extension="taas"),
        "network_gateway": _kind("network_gateways"),
        "l2_gateway": _kind("l2_gateways", word="layer-2 gateway"),
        "l2_gateway_connection": _kind("l2_gateway_connections", word="connection of a layer-2 gateway"),
    }

    #: Aliases by endpoint; shared by all credentials, since they are the service's and nobody's.
    _known: ClassVar[Expiring[frozenset[str]]] = Expiring(EXTENSION_SECONDS)

    def extensions(self) -> frozenset[str]:
        """Aliases of the extensions that this Neutron offers; asked for once in some minutes."""
        return self._known.fetch(self.endpoint(), self._read_extensions)

    def _read_extensions(self) -> frozenset[str]:
        answer = self.get("/extensions", query={"fields": "alias"})
        return frozenset(str(item["alias"]) for item in answer["extensions"])

    def find(self, kind: str, name_or_id: str) -> str:
        extension = self.KINDS[kind].extension
        if extension and extension not in self.extensions():
            raise NotFound(
                f"The {self.KINDS[kind].word or kind.replace('_', ' ')} ({name_or_id}) could not be found: the cloud's "
                f"network service does not offer the extension {extension}.",
                kind=kind,
            )
        return super().find(kind, name_or_id)

    def _by_name(self, kind: Kind, wanted: str) -> list[dict[str, Any]]:
        """A floating IP has no name: its address serves as such."""
        if kind is not self.KINDS["floatingip"]:
            return super()._by_name(kind, wanted)
        return self.all("floatingip", floating_ip_address=wanted) if ip_addr(wanted) is None else []

    def create(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make one and answer it without its envelope."""
        known = self.KINDS[kind]
        return dict(self.post(known.path, {known.one: dict(body)})[known.one])

    def show(self, kind: str, id: str) -> dict[str, Any]:
        known = self.KINDS[kind]
        return dict(self.get(f"{known.path}/{quoted(id)}")[known.one])

    def change(self, kind: str, id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change the given keys and no others."""
        known = self.KINDS[kind]
        return dict(self.put(f"{known.path}/{quoted(id)}", {known.one: dict(body)})[known.one])

    def remove(self, kind: str, id: str) -> None:
        self.delete(f"{self.KINDS[kind].path}/{quoted(id)}")

    def all(self, kind: str, **query: Any) -> list[dict[str, Any]]:
        """All of a kind that have these values."""
        known = self.KINDS[kind]
        return list(self.each(known.path, known.many, query=query))

    def tag(self, kind: str, id: str, tags: Sequence[str]) -> None:
        """Give an object these tags and no others."""
        self.put(f"{self.KINDS[kind].path}/{quoted(id)}/tags", {"tags": list(tags)})
