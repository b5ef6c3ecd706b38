"""Every action of the reference is served, reads the parameters named there and answers with the keys named there."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from heat_mq import conf as configuration
from heat_mq.api_cfn.actions import ACTIONS, SIGNALS
from heat_mq.api_cfn.call import Call
from heat_mq.api_cfn.errors import STATUS_OF_CODE, code_of
from heat_mq.context import RequestContext
from heat_mq.policies import list_rules
from heat_mq.policies.enforcer import Enforcer
from heat_mq.web.service import Service
from tests.unit.api.fakes import stack
from tests.unit.api_cfn.fakes import Cfn, CfnEngine

REFERENCE = json.loads((pathlib.Path(__file__).parents[1] / "reference" / "api.json").read_text())
FACTS: Mapping[str, str] = REFERENCE["notes"]["cfn"]["actions"]
#: Where the reference describes an action by another one.
DESCRIBED = {**FACTS, "UpdateStack": FACTS["CreateStack"].replace("DisableRollback or OnFailure", "DisableRollback")}

#: A request that each action takes; what it has beyond that is tried one by one.
NEEDED = {
    "CreateStack": {"StackName": "s1", "TemplateBody": "{}"},
    "UpdateStack": {"StackName": "s1", "TemplateBody": "{}"},
    "ValidateTemplate": {"TemplateBody": "{}"},
    "DescribeStackResource": {"StackName": "s1", "LogicalResourceId": "v"},
    "DescribeStackResources": {"PhysicalResourceId": "x"},
    "DescribeStacks": {},
    "DescribeStackEvents": {},
    "ListStacks": {},
    "EstimateTemplateCost": {},
}


class Noting(dict[str, str]):
    """Parameters that know which of them were looked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return super().__getitem__(name)

    def items(self) -> Any:
        self.read |= {part for name in self for part in name.split(".")}
        return super().items()


def words(text: str) -> Iterator[str]:
    """Names in CloudFormation's spelling."""
    yield from re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b", text)


def parts(action: str) -> tuple[set[str], set[str]]:
    """The parameters and the keys of the answer that the reference names, apart by a semicolon."""
    taken, _, answered = DESCRIBED[action].partition(";")
    if "returns" in taken:
        taken, answered = "", taken
    return set(words(taken)), set(words(answered))


def run(action: str, params: dict[str, str]) -> tuple[Any, set[str]]:
    """What the action answers, and the parameters that it looked for."""
    conf = configuration.load()
    engine = CfnEngine()
    engine.answers["show_stack"] = stack(updated_time="2026-01-02T03:04:05Z")
    noting = Noting(params)
    service = Service(conf, engine, Enforcer(conf))  # type: ignore[arg-type]
    return ACTIONS[action](Call(service, RequestContext(), noting)), noting.read


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def test_the_actions_are_those_of_the_reference() -> None:
    assert sorted(ACTIONS) == sorted(REFERENCE["cfn_actions"]) == sorted(FACTS)


def test_every_action_has_a_policy_of_its_name() -> None:
    rules = {rule.name for rule in list_rules()}
    assert {f"cloudformation:{action}" for action in ACTIONS} <= rules


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_action_reads_the_parameters_of_the_reference(action: str) -> None:
    wanted, _ = parts(action)
    base = NEEDED.get(action, {"StackName": "s1"})
    member = {"Parameters.member.1.ParameterKey": "a", "Parameters.member.1.ParameterValue": "b"}
    _, read = run(action, {**base, **member})
    if "TemplateUrl" in wanted:
        # It is looked for when there is no body; an address of our own is refused before anything is fetched.
        noting = Noting({**base, "TemplateBody": "", "TemplateUrl": "ftp://x"})
        call = Call(Service(configuration.load(), CfnEngine(), None), RequestContext(), noting)  # type: ignore[arg-type]
        with pytest.raises(Exception, match="ftp"):
            ACTIONS[action](call)
        read |= noting.read
    assert wanted <= read


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_action_answers_with_the_keys_of_the_reference(action: str) -> None:
    _, wanted = parts(action)
    answer, _ = run(action, NEEDED.get(action, {"StackName": "s1"}))
    assert wanted <= set(keys(answer))


def test_signals_are_taken_where_the_reference_says() -> None:
    told = next(text for text in REFERENCE["notes"]["cfn"]["general"] if text.startswith("Extra paths"))
    for kind, (method, _) in SIGNALS.items():
        assert f"{method} /{kind}/{{arn}}" in told


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("StackExists", "AlreadyExists"),
        ("ActionInProgress", "InvalidAction"),
        ("RequestLimitExceeded", "RequestLimitExceeded"),
        ("EntityNotFound", "InvalidParameterValue"),
        ("StackValidationFailed", "InvalidParameterValue"),
    ],
)
def test_errors_have_the_codes_of_the_reference(kind: str, code: str) -> None:
    told = next(text for text in REFERENCE["notes"]["cfn"]["general"] if text.startswith("Errors are XML"))
    assert code in told
    assert code_of(kind) == code


def test_an_unknown_action_is_refused_as_the_reference_says() -> None:
    reply = Cfn()("Explode")
    assert "An unknown Action is InvalidAction (400)." in REFERENCE["notes"]["cfn"]["general"]
    assert (reply.error, reply.status) == ("InvalidAction", STATUS_OF_CODE["InvalidAction"])
