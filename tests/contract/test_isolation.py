"""What is one project's does not exist for another: every route and action, each persona, nothing told in any way.

Each request is sent twice: about what is there, and about its twin, which is not. But for the names that the caller
sent, both answers must be the same.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from heat_mq.api.handlers import stack_list
from heat_mq.api_cfn.actions import ACTIONS, SIGNALS
from heat_mq.state.sealed import open_data
from tests.contract.personas import ADMIN_ROLES, PERSONAS, Persona, may
from tests.contract.requests import VARIABLES, Example, examples
from tests.contract.system import System, running

MARK = "sesame"
MEMBER = Persona("owner", ("member", "reader"))
STRANGERS = [
    persona.elsewhere("p2")
    for persona in (
        *(PERSONAS[name] for name in ("reader", "member", "manager", "project-admin", "stack-user", "service")),
        PERSONAS["system-reader"],
        Persona("domain-member", ("member", "reader"), scope="domain"),
    )
]
CLOUD_ADMIN = Persona("cloud-admin", ADMIN_ROLES, project="p2")
GUESTS = ("guest", "foreign-guest")
NAMES = [persona.name for persona in STRANGERS]

INNER = f"""
heat_template_version: 2021-04-16
parameters: {{word: {{type: string}}}}
resources: {{{MARK}-deep: {{type: Sim::Thing, properties: {{value: {{get_param: word}}}}}}}}
"""
TEMPLATE = {
    "heat_template_version": "2021-04-16",
    "description": f"{MARK} description",
    "parameters": {"word": {"type": "string", "default": f"{MARK}-default"}},
    "resources": {
        f"{MARK}-thing": {"type": "Sim::Thing", "properties": {"value": {"get_param": "word"}}},
        f"{MARK}-handle": {"type": "AWS::CloudFormation::WaitConditionHandle"},
        f"{MARK}-other": {"type": "AWS::CloudFormation::WaitConditionHandle"},
        f"{MARK}-nested": {"type": "inner.yaml", "properties": {"word": {"get_param": "word"}}},
    },
    "outputs": {f"{MARK}-output": {"value": {"get_attr": [f"{MARK}-thing", "value"]}}},
}
OWN = {"heat_template_version": "2021-04-16", "resources": {"handle": {**TEMPLATE["resources"][f"{MARK}-handle"]}}}  # type: ignore[index]


@dataclasses.dataclass
class Scene:
    """A system in which ``p1`` has everything that a project can have, and ``p2`` a stack."""

    system: System
    theirs: dict[str, str]
    own: dict[str, str]
    physical_id: str

    @property
    def twin(self) -> dict[str, str]:
        """Names of the same form for things that are not there."""
        return {name: _twin(value) for name, value in self.theirs.items()}

    def state(self) -> list[Any]:
        """All that the owner sees of their own."""
        stack = f"/v1/p1/stacks/{self.theirs['stack_name']}/{self.theirs['stack_id']}"
        parts = ("", "/resources?nested_depth=3", "/events", "/template", "/environment", "/snapshots", "/outputs")
        urls = [*(stack + part for part in parts), "/v1/p1/software_configs", "/v1/p1/software_deployments"]
        urls += ["/v1/p1/stacks?show_nested=true"]
        return [self.system.rest("owner", "GET", url).json for url in urls]


def _twin(value: str) -> str:
    swapped = value.translate(str.maketrans("0123456789abcdef", "123456789abcdef0")) if "-" in value else value
    return swapped if swapped != value else f"{value}x"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    personas = {persona.name: persona for persona in [MEMBER, CLOUD_ADMIN, *STRANGERS]}
    with running(tmp_path_factory.mktemp("isolation"), personas) as system:
        yield _furnished(system)


def _furnished(system: System) -> Scene:
    body = {"stack_name": f"{MARK}-stack", "template": TEMPLATE, "files": {"inner.yaml": INNER}, "tags": f"{MARK}-tag"}
    stack_id = system.rest("owner", "POST", "/v1/p1/stacks", body).json["stack"]["id"]
    mine = system.rest("member", "POST", "/v1/p2/stacks", {"stack_name": "mine", "template": OWN}).json["stack"]["id"]
    system.world.run()
    stack = f"/v1/p1/stacks/{MARK}-stack/{stack_id}"
    assert system.rest("owner", "GET", stack).json["stack"]["stack_status"] == "CREATE_COMPLETE"
    snapshot = system.rest("owner", "POST", f"{stack}/snapshots", {"name": f"{MARK}-snapshot"}).json["id"]
    system.world.run()
    config_body = {"name": f"{MARK}-config", "config": f"{MARK}-script"}
    config = system.rest("owner", "POST", "/v1/p1/software_configs", config_body).json["software_config"]["id"]
    things = {"server_id": f"{MARK}-server", "config_id": config, "input_values": {"a": f"{MARK}-input"}}
    made = system.rest("owner", "POST", "/v1/p1/software_deployments", things).json["software_deployment"]["id"]
    event = system.rest("owner", "GET", f"{stack}/resources/{MARK}-thing/events").json["events"][0]["id"]
    theirs = {
        "stack_name": f"{MARK}-stack",
        "stack_id": stack_id,
        "resource_name": f"{MARK}-thing",
        "event_id": event,
        "output_key": f"{MARK}-output",
        "snapshot_id": snapshot,
        "config_id": config,
        "deployment_id": made,
        "server_id": f"{MARK}-server",
    }
    guests = {"guest": (stack_id, f"{MARK}-handle"), "foreign-guest": (mine, "handle")}
    for name, (id, resource) in guests.items():
        user = open_data(system.world.service.box, system.world.rows(id)[resource])["stack_user"]
        system.personas[name] = Persona(name, ("heat_stack_user",), project=user["project_id"], user=user["user_id"])
    own = {"stack_name": "mine", "stack_id": mine}
    physical_id = system.world.rows(stack_id)[f"{MARK}-thing"].physical_id or ""
    return Scene(system, theirs, own, physical_id)


# --- what is asked ----------------------------------------------------------------------------

OBJECTS = ("stack_name", "stack_id", "resource_name", "event_id", "output_key", "snapshot_id", "config_id")
OBJECTS += ("deployment_id", "server_id")
PARTS = set(OBJECTS) - {"stack_name", "stack_id"}
EXAMPLES = examples()
#: Those that name something that is somebody's, in their path or in their body.
NAMING = [each for each in EXAMPLES if set(re.findall(r"{(\w+)}", each.route.path)) & set(OBJECTS)]
NAMING += [each for each in EXAMPLES if each not in NAMING and "config_id" in str(each.body)]
#: Those that name nothing; what they answer must hold nothing of others.
OPEN = [each for each in EXAMPLES if each not in NAMING]


def test_every_route_names_an_object_or_is_known_to_name_none() -> None:
    """A new variable in a path is an object of a project, or it is said here that it is none."""
    known = {*OBJECTS, "arn_tenant_id", "type_name", "template_version"}
    assert {name for each in EXAMPLES for name in re.findall(r"{(\w+)}", each.route.path)} <= known
    assert len(NAMING) + len(OPEN) == len(EXAMPLES)


def filled(value: Any, variables: Mapping[str, str]) -> Any:
    """The body about what ``variables`` name."""
    if isinstance(value, dict):
        return {key: variables.get(key, filled(item, variables)) for key, item in value.items()}
    return value


def told(answer: Any, variables: Mapping[str, str]) -> tuple[Any, ...]:
    """Everything that an answer tells, with the names that were sent put out."""
    text = answer.text
    headers = {key: value for key, value in answer.headers.items() if key not in ("x-openstack-request-id", "date")}
    location = headers.pop("location", "")
    headers.pop("content-length", None)
    for name, value in sorted(variables.items(), key=lambda item: -len(item[1])):
        for form in (value, quote(value, safe="")):
            text, location = text.replace(form, f"<{name}>"), location.replace(form, f"<{name}>")
    return answer.status_code, sorted(headers.items()), location, re.sub("req-[-0-9a-f]+", "<request>", text)


def ask(scene: Scene, persona: str, example: Example, project: str, variables: Mapping[str, str]) -> Any:
    sent = {**VARIABLES, **variables, "tenant_id": project, "arn_tenant_id": project}
    path = example.path(**{name: quote(value, safe="") for name, value in sent.items()})
    return scene.system.rest(persona, example.route.method, path, filled(example.body, variables))


def leaks(scene: Scene, persona: str, example: Example, project: str, own: Mapping[str, str]) -> list[str]:
    """What the answer about what is there tells beyond that about what is not."""
    theirs, twin = {**scene.theirs, **own}, {**scene.twin, **own}
    answer = ask(scene, persona, example, project, theirs)
    found = told(answer, theirs), told(ask(scene, persona, example, project, twin), twin)
    wrong = [] if found[0] == found[1] else [f"{example.name} in {project}: {found[0]} is not {found[1]}"]
    if found[0][0] not in (403, 404) and found[0][0] < 500 and own == {} and not _is_unseen(example):
        wrong.append(f"{example.name} in {project}: {found[0]}")
    if MARK in repr(found[0]) or found[0][0] >= 500:
        wrong.append(f"{example.name} in {project} tells {found[0]}")
    return wrong


def _is_unseen(example: Example) -> bool:
    """An ARN is redirected as it is, to a place that is guarded; a server that is not there has no deployments."""
    return "arn:" in example.route.path or example.route.path.endswith("/metadata/{server_id}")


@pytest.mark.parametrize("persona", [*NAMES, "foreign-guest"])
def test_what_is_another_projects_is_not_there_for_a_stranger(scene: Scene, persona: str) -> None:
    before = scene.state()
    project = scene.system.personas[persona].project
    wrong = [line for each in NAMING for line in leaks(scene, persona, each, project, {})]
    # Below a stack of one's own what is another's is not there either.
    inside = [
        each for each in NAMING if PARTS & set(re.findall(r"{(\w+)}", each.route.path)) and "stack_id" in each.name
    ]
    wrong += [line for each in inside for line in leaks(scene, persona, each, project, scene.own)]
    assert wrong == []
    assert scene.state() == before


@pytest.mark.parametrize("persona", [*NAMES, "foreign-guest"])
def test_a_path_below_another_project_is_forbidden_whatever_it_names(scene: Scene, persona: str) -> None:
    before = scene.state()
    wrong = []
    for example in EXAMPLES:
        answers = [
            told(ask(scene, persona, example, project, names), {**names, "tenant_id": project})
            for project in ("p1", "p9")
            for names in (scene.theirs, scene.twin)
        ]
        if {answer[0] for answer in answers} != {403} or len({repr(answer) for answer in answers}) != 1:
            wrong.append(f"{example.name}: {answers}")
    assert wrong == []
    assert scene.state() == before


@pytest.mark.parametrize("persona", [*NAMES, "foreign-guest"])
def test_lists_and_their_filters_hold_nothing_of_another_project(scene: Scene, persona: str) -> None:
    project = scene.system.personas[persona].project
    values = [*scene.theirs.values(), "p1", "COMPLETE", "CREATE", "false", f"{MARK}-tag", "owner"]
    filters = [f"?{name}={quote(value)}&show_nested=true" for name in stack_list.FILTERS for value in values]
    flags = ("show_nested", "show_deleted", "show_hidden", "with_count", "global_tenant")
    filters += ["", "?tags=sesame-tag", *(f"?{flag}=true" for flag in flags), f"?marker={scene.theirs['stack_id']}"]
    wrong = []
    for path in ("/stacks", "/stacks/detail"):
        for query in filters:
            answer = scene.system.rest(persona, "GET", f"/v1/{project}{path}{query}")
            if MARK in answer.text or '"project":"p1"' in answer.text or answer.json.get("count", 0) > 1:
                wrong.append(f"{path}{query}: {answer.text}")
    server = scene.theirs["server_id"]
    for path in ("/software_configs", f"/software_deployments?server_id={server}", "/software_deployments"):
        answer = scene.system.rest(persona, "GET", f"/v1/{project}{path}")
        wrong += [f"{path}: {answer.text}"] if MARK in answer.text else []
    wrong += [
        f"{each.name}: {answer.text}"
        for each in OPEN
        if each.route.method == "GET" and MARK in (answer := ask(scene, persona, each, project, {})).text
    ]
    assert wrong == []


# --- the CloudFormation-compatible API --------------------------------------------------------


def cfn_requests(scene: Scene, names: Mapping[str, str], physical_id: str) -> list[tuple[str, str, str]]:
    """Method, path and query of each action and signal about what ``names`` name, however it may be named."""
    arns = [
        f"arn:openstack:heat::{project}:stacks/{names['stack_name']}/{names['stack_id']}" for project in ("p1", "p2")
    ]
    stacks = [names["stack_name"], names["stack_id"], *arns]
    more = "&TemplateBody=%7B%22HeatTemplateFormatVersion%22:%222012-12-12%22%7D"
    more += f"&LogicalResourceId={quote(names['resource_name'])}"
    found = [
        ("GET", "/v1/", f"Action={action}&StackName={quote(stack)}{more}")
        for action in ACTIONS
        # A new stack may be called as another project's.
        if action not in ("CreateStack", "ValidateTemplate", "EstimateTemplateCost", "ListStacks")
        for stack in stacks
    ]
    found.append(("GET", "/v1/", f"Action=DescribeStackResources&PhysicalResourceId={quote(physical_id)}"))
    resource = f"/resources/{names['resource_name']}"
    found += [
        (method, f"/v1/{kind}/{quote(arn + resource, safe='')}", "")
        for kind, (method, _) in SIGNALS.items()
        for arn in arns
    ]
    return found


@pytest.mark.parametrize("persona", [*NAMES, "foreign-guest"])
def test_the_query_api_tells_a_stranger_nothing(scene: Scene, persona: str) -> None:
    before = scene.state()
    theirs = cfn_requests(scene, scene.theirs, scene.physical_id)
    twins = cfn_requests(scene, scene.twin, _twin(scene.physical_id) + "x")
    named = {**scene.theirs, "physical_id": scene.physical_id}
    twin_named = {**scene.twin, "physical_id": _twin(scene.physical_id) + "x"}
    wrong = []
    for request, twin in zip(theirs, twins, strict=True):
        answer = told(scene.system.cfn(persona, *request, body={}), named)
        other = told(scene.system.cfn(persona, *twin, body={}), twin_named)
        if answer != other or answer[0] not in (400, 403, 404) or MARK in repr(answer):
            wrong.append(f"{request}: {answer} is not {other}")
    for action in ("DescribeStacks", "ListStacks", "DescribeStackEvents"):
        answer = scene.system.cfn(persona, "GET", "/v1/", f"Action={action}")
        wrong += [answer.text] if MARK in answer.text else []
    assert wrong == []
    assert scene.state() == before


# --- users of stacks, and administrators ------------------------------------------------------


def test_a_stacks_user_sees_its_own_resource_and_no_other(scene: Scene) -> None:
    guest, names = scene.system.personas["guest"], scene.theirs
    before = scene.state()
    stack = f"/v1/{guest.project}/stacks/{names['stack_name']}/{names['stack_id']}"
    own = f"{MARK}-handle"

    def status(method: str, path: str, body: Any = None) -> int:
        return int(scene.system.rest("guest", method, stack + path, body).status_code)

    others = [f"{MARK}-thing", f"{MARK}-other", f"{MARK}-nested", f"{MARK}-deep", "nothing"]
    assert status("GET", f"/resources/{own}/metadata") == 200
    answers = [scene.system.rest("guest", "GET", f"{stack}/resources/{name}/metadata") for name in others]
    assert {answer.status_code for answer in answers} == {403}
    assert len({repr(told(answer, {"name": name})) for answer, name in zip(answers, others, strict=True)}) == 1
    answers = [scene.system.rest("guest", "POST", f"{stack}/resources/{name}/signal", {}) for name in others]
    assert {answer.status_code for answer in answers} == {403}
    arn = f"arn:openstack:heat::p1:stacks/{names['stack_name']}/{names['stack_id']}/resources/"
    signals = [
        scene.system.cfn("guest", "PUT", f"/v1/waitcondition/{quote(arn + name, safe='')}", "", {}) for name in others
    ]
    assert {answer.status_code for answer in signals} == {403}
    read = "Action=DescribeStackResource&StackName={}&LogicalResourceId={}"
    shown = [
        scene.system.cfn("guest", "GET", "/v1/", read.format(names["stack_name"], name)) for name in [own, *others]
    ]
    assert [answer.status_code for answer in shown] == [200, 403, 403, 403, 403, 403]
    assert scene.state() == before


def test_a_stacks_user_may_no_more_than_its_rules_say(scene: Scene) -> None:
    guest = scene.system.personas["guest"]
    before = scene.state()
    handle = {**scene.theirs, "resource_name": f"{MARK}-handle"}
    wrong = []
    for example in EXAMPLES:
        lets = may(example.route.policy, guest, guest.project) if not example.route.guarded_by_handler else False
        if example.route.method == "POST" and example.route.path.endswith("/signal"):
            continue  # it changes what is there, as it may
        status = ask(scene, "guest", example, guest.project, handle).status_code
        if (status == 403) is lets:
            wrong.append(f"{example.name}: {status}")
    assert wrong == []
    assert scene.state() == before


def test_the_clouds_administrator_sees_all_and_lists_their_own(scene: Scene) -> None:
    names = scene.theirs
    stack = f"/stacks/{names['stack_name']}/{names['stack_id']}"
    seen = scene.system.rest("cloud-admin", "GET", f"/v1/p2{stack}")
    assert (seen.status_code, seen.json["stack"]["id"]) == (200, names["stack_id"])
    # Rules are about the project of the path, and nobody has a role in all of them.
    assert scene.system.rest("cloud-admin", "GET", f"/v1/p1{stack}").status_code == 403
    assert MARK not in scene.system.rest("cloud-admin", "GET", "/v1/p2/stacks").text
    assert scene.system.rest("cloud-admin", "GET", "/v1/p2/stacks?global_tenant=true").status_code == 403
