"""Resource types that are for administrators, and that nothing is looked up for those who may not use them."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from heat_mq.clients.constraints import Checker
from heat_mq.resources.kit.registry import load
from tests.contract.personas import PERSONAS, REFERENCE, holds
from tests.contract.system import System, running

RULES: dict[str, str] = REFERENCE["resource_type_policies"]
#: Those who may create stacks at all.
CREATORS = ("member", "manager", "admin", "project-admin")


def rule_of_type(name: str) -> str | None:
    """The check that the reference has for a type; None where it has none."""
    prefix = "resource_types:"
    for rule, check in RULES.items():
        wanted = rule.removeprefix(prefix)
        if name == wanted or (wanted.endswith("*") and name.startswith(wanted[:-1])):
            return check
    return None


class NoLookups(Checker):
    """Asks a cloud nothing, and notes that it should have."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def check(self, cloud: Any, name: str, value: Any) -> str | None:
        self.asked.append(name)
        return None


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    directory: pathlib.Path = tmp_path_factory.mktemp("types")
    with running(directory, PERSONAS) as found:
        yield found


def template(type_name: str) -> dict[str, Any]:
    return {"heat_template_version": "2021-04-16", "resources": {"r": {"type": type_name}}}


def nested(type_name: str) -> dict[str, Any]:
    group = {"type": "OS::Heat::ResourceGroup", "properties": {"resource_def": {"type": type_name}}}
    return {"heat_template_version": "2021-04-16", "resources": {"group": group}}


def renamed(type_name: str) -> dict[str, Any]:
    return {"template": template("My::Thing"), "environment": {"resource_registry": {"My::Thing": type_name}}}


@pytest.mark.parametrize("persona", CREATORS)
def test_every_type_is_for_whom_its_rule_says(system: System, persona: str):
    wrong = []
    for type_name in load():
        check = rule_of_type(type_name)
        allowed = check is None or holds(check, PERSONAS[persona], "p1")
        bodies = [{"template": template(type_name)}, {"template": nested(type_name)}, renamed(type_name)]
        for body in bodies:
            answer = system.rest(persona, "POST", "/v1/p1/stacks/preview", {"stack_name": "s", **body})
            if (answer.status_code == 403) is allowed:
                wrong.append(f"{type_name}: {answer.status_code}")
        shown = system.rest(persona, "GET", f"/v1/p1/resource_types/{type_name}")
        hidden = load()[type_name].support.status == "HIDDEN"
        if not hidden and (shown.status_code == 403) is allowed:
            wrong.append(f"{type_name} shown: {shown.status_code}")
    assert wrong == []
    listed = system.rest(persona, "GET", "/v1/p1/resource_types").json["resource_types"]
    assert all(
        (rule_of_type(name) is None) or holds(rule_of_type(name) or "", PERSONAS[persona], "p1") for name in listed
    )


HOST = {"type": "OS::Nova::HostAggregate", "properties": {"name": "a", "hosts": ["nowhere"]}}
VOLUME = {"type": "OS::Cinder::Volume", "properties": {"size": 1, "image": "nowhere"}}


@pytest.mark.parametrize(("persona", "status"), [("member", 403), ("project-admin", 200)])
def test_nothing_is_looked_up_for_a_type_that_is_not_for_the_caller(
    system: System, monkeypatch: pytest.MonkeyPatch, persona: str, status: int
):
    checker = NoLookups()
    monkeypatch.setattr(system.world.service, "checker", checker)
    wanted = {"heat_template_version": "2021-04-16", "resources": {"a": VOLUME, "host": HOST}}
    answer = system.rest(persona, "POST", "/v1/p1/stacks/preview", {"stack_name": "s", "template": wanted})
    assert answer.status_code == status, answer.text
    assert bool(checker.asked) is (status == 200)
    if status == 403:
        assert "OS::Nova::HostAggregate (resources.host)" in answer.json["error"]["message"]
