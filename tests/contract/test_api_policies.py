"""Rules have the names and checks that operators' policy files were written for."""

from __future__ import annotations

import json
import pathlib

from heat_mq.api.routes import ARN_ROUTE, ROUTES
from heat_mq.policies import list_rules

WANTED = json.loads((pathlib.Path(__file__).parents[1] / "reference" / "api.json").read_text())


def test_every_rule_has_heats_name_check_scope_and_earlier_check():
    found = {
        rule.name: {
            "check": rule.check_str,
            "deprecated_check": rule.deprecated_rule.check_str if rule.deprecated_rule else None,
            "scope_types": rule.scope_types,
        }
        for rule in list_rules()
    }
    wanted = {
        name: {
            "check": facts["check"],
            "deprecated_check": facts.get("deprecated_check"),
            "scope_types": facts.get("scope_types"),
        }
        for name, facts in WANTED["policies"].items()
    }
    types = {
        name: {"check": check, "deprecated_check": None, "scope_types": None}
        for name, check in WANTED["resource_type_policies"].items()
    }
    assert found == wanted | types


def test_every_rule_says_what_it_is_for():
    assert all(rule.description for rule in list_rules())


def test_every_route_names_a_rule_that_exists():
    rules = {rule.name for rule in list_rules()}
    groups = {f"{name.partition(':')[0]}:*" for name in rules}
    for route in [*ROUTES, ARN_ROUTE]:
        assert route.policy in (groups if route.guarded_by_handler else rules)


def test_no_two_routes_are_for_the_same_request():
    requests = [(route.method, route.path) for route in ROUTES]
    assert len(requests) == len(set(requests))


def test_every_route_that_heat_has_is_guarded_by_heats_rule():
    wanted = {
        (operation["method"], operation["path"].removeprefix("/v1/{tenant_id}")): operation["policy"].get("rule")
        for operation in WANTED["operations"]
    }
    of_bodies = {"actions:*": "actions:<name of the action>"}
    found = {
        (route.method, route.path): of_bodies.get(route.policy, route.policy) for route in ROUTES if not route.fixed
    }
    assert found == {request: wanted.get(request) for request in found}
