"""What Octavia's types refuse before anything is made, and what they wait for that nothing refers to."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.resources.kit import Sibling, registry
from heat_mq.template.tree import ResourceReference

POOL = {"protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN"}
RULE = {"l7policy": "p", "compare_type": "REGEX", "value": "x"}


@pytest.mark.parametrize(
    ("kind", "properties", "path"),
    [
        ("Listener", {"protocol": "TERMINATED_HTTPS"}, "default_tls_container_ref"),
        ("Pool", POOL, "listener"),
        (
            "Pool",
            {**POOL, "listener": "l", "session_persistence": {"type": "APP_COOKIE"}},
            "session_persistence.cookie_name",
        ),
        (
            "Pool",
            {**POOL, "listener": "l", "session_persistence": {"type": "SOURCE_IP", "cookie_name": "c"}},
            "session_persistence.cookie_name",
        ),
        ("L7Policy", {"action": "REDIRECT_TO_POOL"}, "redirect_pool"),
        ("L7Policy", {"action": "REDIRECT_TO_URL"}, "redirect_url"),
        ("L7Policy", {"action": "REJECT", "redirect_url": "http://127.0.0.1/"}, "redirect_url"),
        ("L7Rule", {**RULE, "type": "HEADER"}, "key"),
        ("L7Rule", {**RULE, "type": "PATH", "key": "k"}, "key"),
        ("Quota", {"project": "p"}, ""),
    ],
)
def test_properties_that_do_not_go_together_are_refused(kind: str, properties: dict[str, Any], path: str) -> None:
    problems = list(registry.get(f"OS::Octavia::{kind}").validate(properties))
    assert [problem.path for problem in problems] == [path]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("Listener", {"protocol": "TERMINATED_HTTPS", "default_tls_container_ref": "r"}),
        ("Pool", {**POOL, "loadbalancer": "lb", "session_persistence": {"type": "HTTP_COOKIE"}}),
        ("L7Policy", {"action": "REDIRECT_TO_POOL", "redirect_pool": "p"}),
        ("L7Rule", {**RULE, "type": "COOKIE", "key": "k"}),
        ("Quota", {"project": "p", "pool": 0}),
    ],
)
def test_properties_that_go_together_are_taken(kind: str, properties: dict[str, Any]) -> None:
    assert list(registry.get(f"OS::Octavia::{kind}").validate(properties)) == []


def sibling(name: str, kind: str, /, **properties: Any) -> Sibling:
    return Sibling(name, kind if "::" in kind else f"OS::Octavia::{kind}", properties)


TEMPLATE = [
    sibling("lb", "LoadBalancer", name="front", vip_subnet=ResourceReference("subnet")),
    sibling("listener", "Listener", name="http", loadbalancer="front", default_pool="shop"),
    sibling("pool", "Pool", name="shop", loadbalancer="front"),
    sibling("member", "PoolMember", pool="shop"),
    sibling("monitor", "HealthMonitor", pool="shop"),
    sibling("policy", "L7Policy", name="to the shop", listener="http", redirect_pool="shop"),
    sibling("rule", "L7Rule", l7policy="to the shop"),
    sibling("way", "OS::Neutron::RouterInterface", subnet=ResourceReference("subnet")),
    sibling("other", "OS::Neutron::RouterInterface", subnet=ResourceReference("elsewhere")),
]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("lb", {"way"}),
        ("listener", {"lb", "pool"}),
        ("pool", {"lb"}),
        ("member", {"pool"}),
        ("monitor", {"pool"}),
        ("policy", {"listener", "pool"}),
        ("rule", {"policy"}),
    ],
)
def test_what_a_template_names_by_its_name_comes_first(name: str, wanted: set[str]) -> None:
    me = next(each for each in TEMPLATE if each.name == name)
    others = [each for each in TEMPLATE if each.name != name]
    assert set(registry.get(me.type).hidden_dependencies(me, others)) == wanted
