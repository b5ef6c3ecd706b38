"""Firewalls of the first kind: rules in policies, policies in firewalls of a project's routers."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import boolean, integer, list_of, one_of, optional, prefix, text, uuid_text
from heat_mq.simcloud.neutron.plain import DESCRIBED, STATUS, Plain
from heat_mq.simcloud.refusal import bad_request, conflict
from heat_mq.simcloud.store import Document

SHARED = Attribute("shared", boolean, False, admin=True)


def ip_version(value: Any) -> int:
    return int(one_of(4, 6)(integer()(value)))


class FirewallRules(Plain):
    """``/v2.0/fw/firewall_rules``."""

    singular = "firewall_rule"
    plural = "firewall_rules"
    path = "/fw/firewall_rules"
    missing = ("FirewallRuleNotFound", "Firewall Rule {} could not be found.")
    in_use = ("FirewallRuleInUse", "Firewall Rule {id} is being used.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            SHARED,
            Attribute("protocol", optional(one_of("tcp", "udp", "icmp")), None),
            Attribute("ip_version", ip_version, 4),
            Attribute("source_ip_address", optional(prefix), None),
            Attribute("destination_ip_address", optional(prefix), None),
            Attribute("source_port", optional(text()), None),
            Attribute("destination_port", optional(text()), None),
            Attribute("action", one_of("allow", "deny", "reject"), "deny"),
            Attribute("enabled", boolean, True),
            Attribute("firewall_policy_id", post=False, put=False),
            Attribute("position", post=False, put=False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        _check_ports(document)
        return super().make(caller, document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        _check_ports({**document, **values})
        super().change(caller, document, values)

    def view(self, caller: Caller, document: Document) -> Document:
        policies = self.network.kinds["firewall_policies"].documents
        policy = next((each for each in policies if document["id"] in each["firewall_rules"]), None)
        position = policy["firewall_rules"].index(document["id"]) + 1 if policy else None
        return super().view(caller, document) | {"firewall_policy_id": policy and policy["id"], "position": position}


class FirewallPolicies(Plain):
    """``/v2.0/fw/firewall_policies``."""

    singular = "firewall_policy"
    plural = "firewall_policies"
    path = "/fw/firewall_policies"
    references: ClassVar = {"firewall_rules": "firewall_rules"}
    missing = ("FirewallPolicyNotFound", "Firewall Policy {} could not be found.")
    in_use = ("FirewallPolicyInUse", "Firewall Policy {id} is being used.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            SHARED,
            Attribute("firewall_rules", list_of(uuid_text), []),
            Attribute("audited", boolean, False),
        ),
    )

    def make(self, caller: Caller, document: Document) -> Document:
        self._refuse_taken(document["id"], document["firewall_rules"])
        return super().make(caller, document)

    def change(self, caller: Caller, document: Document, values: dict[str, Any]) -> None:
        self._refuse_taken(document["id"], values.get("firewall_rules", []))
        if "audited" not in values:
            document["audited"] = False  # whoever audited it has not seen the change
        super().change(caller, document, values)

    def _refuse_taken(self, id: str, rules: list[str]) -> None:
        for other in self.documents:
            if other["id"] != id and set(other["firewall_rules"]) & set(rules):
                taken = sorted(set(other["firewall_rules"]) & set(rules))[0]
                raise conflict(f"Firewall Rule {taken} is being used.", "FirewallRuleInUse")


class Firewalls(Plain):
    """``/v2.0/fw/firewalls``."""

    singular = "firewall"
    plural = "firewalls"
    path = "/fw/firewalls"
    settles = "ACTIVE"
    references: ClassVar = {"firewall_policy_id": "firewall_policies"}
    busy = (409, "FirewallInPendingState", "Operation cannot be performed since associated Firewall {} is in PENDING.")
    missing = ("FirewallNotFound", "Firewall {} could not be found.")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            SHARED,
            STATUS,
            Attribute("admin_state_up", boolean, True),
            Attribute("firewall_policy_id", uuid_text, REQUIRED),
            Attribute("router_ids", list_of(uuid_text), []),
        ),
    )


def _check_ports(rule: Document) -> None:
    if rule["protocol"] in (None, "icmp") and (rule["source_port"] or rule["destination_port"]):
        if rule["protocol"] is None:
            message = "Source/destination port requires a protocol."
            raise bad_request(message, "FirewallRuleWithPortWithoutProtocolInvalid")
        message = "Source/destination port are not allowed when protocol is set to icmp."
        raise bad_request(message, "FirewallRuleInvalidICMPParameter")


FIREWALL_KINDS = (FirewallRules, FirewallPolicies, Firewalls)
