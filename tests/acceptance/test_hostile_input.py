"""Whatever a body holds, the answer is a client's error and never a server's."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.systems import Deployment

HEAD = "heat_template_version: 2018-08-31\n"
EMPTY = HEAD + "resources: {}\n"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def no_server_error(deployment: Deployment) -> Iterator[None]:
    before = deployment.logs()
    yield
    for name, text in deployment.logs().items():
        said = text[len(before[name]) :]
        assert not re.search(r"answers 5\d\d|Traceback|ERROR|CRITICAL", said), f"{name}:\n{said[-6000:]}"
    assert deployment.rest.stack_names() == []


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


LAUGHS = (
    HEAD
    + "description: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"x{n}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9))
    + "resources: {}\n"
)
LOOP = HEAD + "resources: &r\n  a: {type: OS::Heat::Value, properties: {value: *r}}\n"
VALUE = "resources: {a: {type: OS::Heat::Value, properties: {value: %s}}}\n"
GROUPS = "{type: OS::Heat::None}"
for _ in range(4):
    GROUPS = f"{{type: OS::Heat::ResourceGroup, properties: {{count: 900, resource_def: {GROUPS}}}}}"
TEMPLATES = {
    "deep nesting": HEAD + VALUE % nested(5000),
    "deep nesting of maps": HEAD + VALUE % ("{a: " * 3000 + "1" + "}" * 3000),
    "deep functions": HEAD + VALUE % ("{list_join: ['', [" * 400 + "x" + "]]}" * 400),
    "billion laughs": LAUGHS,
    "an alias to itself": LOOP,
    "merge bomb": HEAD + "a: &a {<<: *a}\nresources: {}\n",
    "NUL bytes": HEAD + "resources: {a: {type: OS::Heat::None\0}}\n",
    "a NUL in an escaped text": HEAD + 'resources: {"a\\0": {type: OS::Heat::None}}\n',
    "surrogates": HEAD + 'resources: {"\\ud800": {type: OS::Heat::None}}\n',
    "a python object": HEAD + "resources: !!python/object/apply:os.system ['true']\n",
    "a huge resource name": HEAD + f"resources: {{{'n' * 5000}: {{type: OS::Heat::None}}}}\n",
    "a huge parameter name": HEAD + f"parameters: {{{'n' * 70000}: {{type: string}}}}\n",
    "a slash in a name": HEAD + "resources: {a/b: {type: OS::Heat::None}}\n",
    "a huge type": HEAD + f"resources: {{a: {{type: {'T' * 60000}}}}}\n",
    "a huge number": HEAD + f"parameters: {{p: {{type: number, default: {'9' * 5000}}}}}\n" + VALUE % "{get_param: p}",
    "not a number": HEAD + "parameters: {p: {type: number, default: .nan}}\n",
    "an evil pattern": HEAD + "parameters: {p: {type: string, default: 'a', constraints: [{allowed_pattern: '('}]}}\n",
    "repeat of repeats": HEAD
    + VALUE
    % ("{repeat: {template: x, for_each: {" + ", ".join(f"<{n}>: [1,2,3,4,5,6,7,8,9,0]" for n in range(9)) + "}}}"),
    "a group of a thousand million": HEAD
    + "resources: {g: {type: OS::Heat::ResourceGroup, properties: "
    + "{count: 1000000000, resource_def: {type: OS::Heat::None}}}}",
    "a scaled group of a thousand million": HEAD
    + "resources: {g: {type: OS::Heat::AutoScalingGroup, properties: "
    + "{min_size: 1000000000, max_size: 1000000000, resource: {type: OS::Heat::None}}}}",
    "groups of groups": HEAD + f"resources: {{g: {GROUPS}}}",
    "a list": "[1, 2]",
    "a scalar": "hello",
    "nothing": "",
    "a date as version": "heat_template_version: 2018-08-31T00:00:00Z\n",
    "keys that are no text": HEAD + "resources: {1: {type: OS::Heat::None}, null: {type: OS::Heat::None}}\n[a]: 1\n",
    "byte order mark inside": HEAD + "\ufeffresources: {}\n",
}


@pytest.mark.parametrize("what", TEMPLATES)
def test_a_hostile_template_is_refused(deployment: Deployment, what: str):
    answer = deployment.rest.create("hostile", TEMPLATES[what])
    if answer.status_code == 201:  # odd, but a template
        deployment.rest.clear()
        return
    assert answer.status_code == 400, answer.text[:500]
    assert deployment.rest.request("POST", "/validate", json={"template": TEMPLATES[what]}).status_code in (200, 400)


WRONG: list[Any] = [None, True, -1, 1.5, "x", "", [], [1], [None], {}, {"a": None}, {"": ""}, "\0", "\ud800", 10**30]
KEYS = [
    "stack_name",
    "template",
    "template_url",
    "parameters",
    "environment",
    "environment_files",
    "files",
    "files_container",
    "disable_rollback",
    "timeout_mins",
    "tags",
    "adopt_stack_data",
    "param_defaults",
    "clear_parameters",
    "show_nested",
    "converge",
    "unheard_of",
]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/stacks"),
        ("POST", "/stacks/preview"),
        ("POST", "/validate"),
        ("PUT", "/stacks/victim/{id}"),
        ("PATCH", "/stacks/victim/{id}"),
        ("POST", "/stacks/victim/{id}/actions"),
        ("POST", "/stacks/victim/{id}/resources/a/signal"),
        ("PATCH", "/stacks/victim/{id}/resources/a"),
    ],
)
def test_wrong_json_types_are_refused(deployment: Deployment, method: str, path: str):
    rest = deployment.rest
    made = rest.create("victim", HEAD + "resources: {a: {type: OS::Heat::None}}")
    assert made.status_code == 201, made.text
    try:
        place = path.format(id=made.json()["stack"]["id"])
        keys = KEYS if path in ("/stacks", "/stacks/preview", "/validate") or method != "POST" else KEYS[:1]
        for key, value in itertools.product(keys, WRONG):
            body = {"stack_name": "hostile", "template": EMPTY, key: value}
            answer = rest.request(method, place, data=json.dumps(body), headers=JSON)
            assert answer.status_code < 500, (key, value, answer.text)
        for value in WRONG:
            answer = rest.request(method, place, data=json.dumps(value), headers=JSON)
            assert answer.status_code < 500, (value, answer.text)
    finally:
        rest.clear()


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"stack_name": "\xff\xfe", "template": "x"}',
    "a NUL": b'{"stack_name": "a\0b"}',
    "deep lists": b"[" * 200_000,
    "deep maps": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number that is none": b'{"stack_name": "hostile", "timeout_mins": NaN}',
    "a long number": b'{"stack_name": "hostile", "timeout_mins": ' + b"9" * 10_000 + b"}",
    "keys twice": b'{"stack_name": "hostile", "stack_name": "other"}',
    "a word": b'"stack"',
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_no_request_is_refused(deployment: Deployment, what: str):
    for method, path in (("POST", "/stacks"), ("POST", "/validate"), ("POST", "/stacks/preview")):
        answer = deployment.rest.request(method, path, data=BODIES[what], headers=JSON)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["message"]


NAMES = ["a" * 256, "a" * 100_000, "-a", "a b", "ä", "a/b", "a%00b", "a\nb", "..", "1a", "a?b", "a#b", "\ud800"]


def test_a_name_that_is_none_is_refused(deployment: Deployment):
    for name in NAMES:
        body = json.dumps({"stack_name": name, "template": EMPTY})
        answer = deployment.rest.request("POST", "/stacks", data=body, headers=JSON)
        assert answer.status_code == 400, (name, answer.text)


PATHS = [
    "/stacks/%00",
    "/stacks/%ff%fe",
    "/stacks/" + "x" * 9000,
    "/stacks/../..",
    "/stacks/a/b/c/d/e/f",
    "/stacks/%2e%2e/x",
    "/stacks/x/not-an-id",
    "/stacks/x/not-an-id/resources/%00",
    "/stacks?limit=x",
    "/stacks?limit=-1",
    "/stacks?limit=99999999999999999999999999",
    "/stacks?marker=%00",
    "/stacks?sort_keys=;drop&sort_dir=up",
    "/stacks?status=%ff",
    "/stacks?tags=%00",
    "/resource_types/%00",
    "/resource_types/OS::Nova::Server/template?template_type=xml",
    "/template_versions/x/functions",
    "/nothing",
]


def test_hostile_paths_and_queries_are_refused(deployment: Deployment):
    for path in PATHS:
        answer = deployment.rest.request("GET", path)
        assert answer.status_code < 500, (path, answer.text)
