"""Each persona at each route and action: what the reference's rules say of them is what the application does."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any
from urllib.parse import quote

import pytest
from oslo_config import cfg

from heat_mq.api_cfn.actions import ACTIONS, SIGNALS
from tests.contract.personas import PERSONAS, REFERENCE, Believing, Persona, may, may_enter, rule_of
from tests.contract.requests import VARIABLES, Example, examples, let_answer
from tests.contract.test_cfn_actions import NEEDED
from tests.unit.api.fakes import PROJECT, Api, configured
from tests.unit.api_cfn.fakes import ARN, Cfn

#: Lists of every project have a rule of their own beside that of their route.
GLOBAL = {"GET /stacks": "stacks:global_index", "GET /stacks/detail": "stacks:global_index"} | {
    "GET /software_configs": "software_configs:global_index"
}
PLAIN = examples()
EVERYWHERE = [dataclasses.replace(each, query="?global_tenant=true") for each in PLAIN if each.name in GLOBAL]


def rules_of(example: Example) -> list[str]:
    """Every rule that must hold."""
    path = example.path(**VARIABLES).partition("?")[0]
    found = rule_of(example.route.method, path)
    if example.route.guarded_by_handler:
        found = f"actions:{next(iter(example.body))}"
    name = f"{example.route.method} {example.route.path}"
    return [found, *([GLOBAL[name]] if example.query else [])]


@pytest.fixture(params=["defaults", "earlier checks too"])
def earlier(request: pytest.FixtureRequest) -> bool:
    return bool(request.param != "defaults")


@pytest.fixture
def conf(tmp_path: pathlib.Path, earlier: bool) -> cfg.ConfigOpts:
    return configured(tmp_path, f"[oslo_policy]\nenforce_new_defaults = {not earlier}\n")


@pytest.fixture(params=PERSONAS)
def persona(request: pytest.FixtureRequest) -> Persona:
    return PERSONAS[request.param]


def believe(app: Any, _: cfg.ConfigOpts) -> Believing:
    return Believing(app, PERSONAS)


def test_every_route_lets_in_whom_its_rule_lets_in(conf: cfg.ConfigOpts, persona: Persona, earlier: bool):
    api = Api(conf, auth=believe)
    let_answer(api.engine)
    wrong = []
    for example in [*PLAIN, *EVERYWHERE]:
        allowed = all(may(rule, persona, PROJECT, earlier=earlier) for rule in rules_of(example))
        wanted = example.status if allowed and may_enter(persona, PROJECT) else 403
        asked = len(api.engine.calls)
        answer = api(f"{example.route.method} /{example.path(**VARIABLES)}", example.body, X_Auth_Token=persona.name)
        if answer.status_code != wanted or (wanted == 403 and len(api.engine.calls) != asked):
            wrong.append(f"{example.name}: {answer.status_code} instead of {wanted}")
        if answer.status_code == 403 and answer.json["error"]["type"] not in ("Forbidden", "HTTPForbidden"):
            wrong.append(f"{example.name}: {answer.json}")
    assert wrong == []


def test_every_action_of_the_query_api_lets_in_whom_its_rule_lets_in(
    conf: cfg.ConfigOpts, persona: Persona, earlier: bool
):
    cfn = Cfn(conf, auth=believe)
    wrong = []
    for action in ACTIONS:
        wanted = may(f"cloudformation:{action}", persona, persona.project, earlier=earlier)
        asked = len(cfn.engine.calls)
        answer = cfn(action, token=persona.name, **NEEDED.get(action, {"StackName": "s1"}))
        if answer.status != (200 if wanted else 403) or (not wanted and len(cfn.engine.calls) != asked):
            wrong.append(f"{action}: {answer.status} {answer.body!r}")
    for kind, (method, _) in SIGNALS.items():
        wanted = may("resource:signal", persona, persona.project, earlier=earlier)
        path = f"/v1/{kind}/{quote(f'{ARN}/resources/v', safe='')}"
        answer = cfn.send(method, path, b"{}", X_Auth_Token=persona.name)
        if answer.status != (200 if wanted else 403):
            wrong.append(f"{kind}: {answer.status} {answer.body!r}")
    assert wrong == []


def test_every_rule_of_the_reference_is_tried():
    tried = {rule for example in [*PLAIN, *EVERYWHERE] for rule in rules_of(example)}
    tried |= {f"cloudformation:{action}" for action in ACTIONS}
    parts = {"allow_everybody", "context_is_admin", "deny_everybody", "deny_stack_user", "project_admin"}
    # An empty PATCH is a PATCH in Heat too, and what stands for no action is asked of nobody.
    idle = {"stacks:update_no_change", "actions:action", "actions:snapshot"}
    assert set(REFERENCE["policies"]) - tried == parts | idle


def test_the_earlier_checks_do_not_count_unless_the_operator_says_so():
    assert Api().conf.oslo_policy.enforce_new_defaults
