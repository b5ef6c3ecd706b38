"""What is wrong is refused with the right status, the place, and the nearest name; nothing is left behind."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.acceptance.stock_client import Openstack, after_a_new_password, read_openrc
from tests.acceptance.systems import Quickstart
from tests.waiting import PATIENCE

pytestmark = pytest.mark.xdist_group("quickstart")

INVALID = pathlib.Path(__file__).parents[1] / "templates" / "invalid"
EXPECT: dict[str, dict[str, Any]] = json.loads((INVALID / "EXPECT.json").read_text())
#: Heat takes these, and so does the API.
TAKEN = {"duplicate_resource.yaml"}
#: What is no YAML, has no version or names files that are not there.
REFUSED_BY_THE_CLIENT = {"bad_yaml.yaml", "tab_indent.yaml", "no_version.yaml", "get_file_missing.yaml"}
HEAD = "heat_template_version: 2018-08-31\n"


@pytest.fixture(autouse=True)
def nothing_is_left(quickstart: Quickstart) -> Iterator[None]:
    """Each refusal leaves no stack, no object in the cloud, and no server error in the log."""
    before, log = quickstart.cloud.objects(), len(quickstart.logs()["heat_mq.log"])
    yield
    assert quickstart.rest.stack_names() == []
    assert quickstart.cloud.objects() == before
    said = quickstart.logs()["heat_mq.log"][log:]
    assert not re.search(r"answers 5\d\d|Traceback|ERROR|CRITICAL", said), said


def refused(answer: requests.Response, status: int = 400) -> str:
    """The message of an answer in the shape of Heat's faults."""
    assert answer.status_code == status, answer.text
    fault = answer.json()
    assert fault["code"] == status
    assert fault["error"]["type"]
    return str(fault["error"]["message"])


@pytest.mark.parametrize("name", sorted(set(EXPECT) - TAKEN))
def test_a_wrong_template_is_refused_with_line_and_nearest_name(quickstart: Quickstart, name: str):
    expected = EXPECT[name]
    answer = quickstart.rest.create("wrong", (INVALID / name).read_text())
    message = refused(answer)
    # Of several mistakes the message tells the first; all of them stand beside it.
    assert expected["about"][0] in message
    assert all(word in answer.text for word in expected["about"]) or "lines" in expected
    for word in expected.get("not_about", ()):
        assert word not in message
    lines = {int(number) for number in re.findall(r"line (\d+), column \d+", message)}
    assert lines & set(expected.get("line", expected.get("lines", ())))


def test_the_stock_client_shows_what_is_wrong_with_a_template(quickstart: Quickstart):
    names = sorted(set(EXPECT) - TAKEN - REFUSED_BY_THE_CLIENT)
    refusals = quickstart.openstack.refusals(["stack", "create", "-t", str(INVALID / name), "wrong"] for name in names)
    for name, said in zip(names, refusals, strict=True):
        assert EXPECT[name]["about"][0] in said
        # It has not sent the lines that the author wrote.
        assert "line 1, column" not in said


def test_every_wrong_template_is_refused_by_validate_too(quickstart: Quickstart):
    # What lacks a value is no wrong template.
    for name in sorted(set(EXPECT) - TAKEN - {"missing_parameter.yaml", "missing_required_property.yaml"}):
        answer = quickstart.rest.request("POST", "/validate", json={"template": (INVALID / name).read_text()})
        assert EXPECT[name]["about"][0] in refused(answer)


RANDOM = "resources: {r: {type: OS::Heat::RandomString, properties: {length: {get_param: size}}}}\n"
CASES = {
    "malformed YAML": (HEAD + "resources:\n  a: [\n", {}, ["YAML", "line 3"]),
    "an unknown type": (
        HEAD + "resources:\n  a:\n    type: OS::Nova::Sever\n",
        {},
        ["OS::Nova::Server", "line 4, column 11", "resources.a"],
    ),
    "an unknown property": (
        HEAD + "resources:\n  a:\n    type: OS::Neutron::Net\n    properties:\n      nname: x\n",
        {},
        ["resources.a.properties", "'name'", "line 6, column 7"],
    ),
    "a missing parameter": (HEAD + "parameters:\n  size: {type: number}\n" + RANDOM, {}, ["size", "line 3"]),
    "an unknown parameter": (
        HEAD + "parameters:\n  size: {type: number, default: 9}\n" + RANDOM,
        {"sizze": 8},
        ["sizze", "'size'"],
    ),
    "a value that breaks a constraint": (
        HEAD + "parameters:\n  size: {type: number, constraints: [{range: {min: 8, max: 16}}]}\n" + RANDOM,
        {"size": 40},
        ["size", "40", "8", "16"],
    ),
    "a value that the cloud does not know": (
        HEAD + "parameters:\n  size: {type: string, constraints: [{custom_constraint: nova.flavor}]}\n",
        {"size": "m1.smalll"},
        ["m1.smalll", "m1.small"],
    ),
    "a circular dependency": (
        HEAD
        + "resources:\n  a: {type: OS::Heat::None, depends_on: b}\n  b: {type: OS::Heat::None, depends_on: a}\n"
        + "  free: {type: OS::Heat::None}\n",
        {},
        ["ircular", "a", "b"],
    ),
    "a reference to nothing": (
        HEAD + "resources:\n  port:\n    type: OS::Neutron::Port\n    properties:\n      network: {get_resource: ent}\n"
        "  net: {type: OS::Neutron::Net}\n",
        {},
        ["ent", "'net'", "line 6", "resources.port.properties.network"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_with_its_place(quickstart: Quickstart, case: str):
    template, parameters, words = CASES[case]
    message = refused(quickstart.rest.create("wrong", template, parameters=parameters))
    for word in words:
        assert word in message


def test_the_stock_client_names_a_mistake_with_its_path(quickstart: Quickstart, tmp_path: pathlib.Path):
    file = tmp_path / "malformed.yaml"
    file.write_text(CASES["malformed YAML"][0])
    assert "line 3, column 7" in quickstart.openstack.refusal("stack", "create", "-t", str(file), "wrong")
    cases = [case for case in CASES if case != "malformed YAML"]
    commands = []
    for case in cases:
        template, parameters, _ = CASES[case]
        file = tmp_path / f"{len(commands)}.yaml"
        file.write_text(template)
        given = [part for name, value in parameters.items() for part in ("--parameter", f"{name}={value}")]
        commands.append(["stack", "create", "-t", str(file), *given, "wrong"])
    for case, said in zip(cases, quickstart.openstack.refusals(commands), strict=True):
        for word in CASES[case][2]:
            assert word.startswith("line ") or word in said


def test_a_template_of_two_megabytes_is_refused(quickstart: Quickstart, tmp_path: pathlib.Path):
    file = tmp_path / "large.yaml"
    file.write_text(HEAD + "description: " + "x" * (2 << 20) + "\nresources: {}\n")
    assert "1048576" in refused(quickstart.rest.create("wrong", file.read_text()))
    said = quickstart.openstack.refusal("stack", "create", "-t", str(file), "wrong")
    assert "1048576" in said
    # Less than a request may have, more than a template may.
    answer = quickstart.rest.create("wrong", HEAD + "description: " + "x" * 600_000)
    assert "524288" in refused(answer)


def test_a_wrong_token_is_refused(quickstart: Quickstart):
    url = quickstart.rest.url
    for headers in ({}, {"X-Auth-Token": "wrong"}, {"X-Auth-Token": "x" * 9000}):
        assert requests.get(f"{url}/stacks", headers=headers, timeout=PATIENCE).status_code == 401
    client = Openstack({"OS_AUTH_TYPE": "admin_token", "OS_ENDPOINT": url, "OS_TOKEN": "wrong"})
    assert "requires authentication" in client.refusal("stack", "list")


def test_another_project_s_stack_is_not_to_be_seen(quickstart: Quickstart):
    mine = quickstart.rest
    admin = Openstack(read_openrc(quickstart.state / "openrc.admin"))
    admin("user", "set", "--password", "stranger", "alt_demo")
    stranger = {"OS_USERNAME": "alt_demo", "OS_PROJECT_NAME": "alt_demo", "OS_PASSWORD": "stranger"}
    variables = {**quickstart.openstack.variables, **stranger}
    other = after_a_new_password(variables)
    assert mine.create("private", HEAD + "resources: {a: {type: OS::Heat::None}}").status_code == 201
    try:
        stack_id = mine.get("/stacks")["stacks"][0]["id"]
        for path in ("/stacks/private", f"/stacks/{stack_id}", f"/stacks/private/{stack_id}"):
            assert "could not be found" in refused(other.request("GET", path), 404)
        assert "could not be found" in refused(other.request("DELETE", f"/stacks/private/{stack_id}"), 404)
        foreign = mine.url.replace(mine.project_id, other.project_id)
        assert mine.session.get(f"{foreign}/stacks", timeout=PATIENCE).status_code == 403
        assert "not found" in Openstack(variables).refusal("stack", "show", "private")
        assert other.stack_names() == []
    finally:
        mine.clear()
