"""Requests: those that schemathesis makes of the document, good ones with something wrong in them, and hostile ones."""

from __future__ import annotations

import copy
import json
import pathlib
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import yaml
from hypothesis import strategies as st
from schemathesis import GenerationMode

from heat_mq.api_cfn.actions import ACTIONS, SIGNALS
from tests.contract.requests import Example, examples
from tests.fuzz.hostile import CONTENT_TYPES, HEADERS, HOSTILE, METHODS, QUERIES, RAW, SEGMENTS, TEXTS
from tests.fuzz.sending import Request
from tests.fuzz.target import TEMPLATE, Target

Draw = Callable[[st.SearchStrategy[Any]], Any]

EXAMPLES = examples()
WITH_BODIES = [example for example in EXAMPLES if example.body is not None]
_TEMPLATES = pathlib.Path(__file__).parents[1] / "templates"
#: Whole templates of users, as trees.
_EXAMPLES = [yaml.load(path.read_text(), yaml.BaseLoader) for path in sorted((_TEMPLATES / "examples").glob("*.yaml"))]
TREES = [TEMPLATE, *(tree for tree in _EXAMPLES if isinstance(tree, dict) and "resources" in tree)]

# --- values -----------------------------------------------------------------------------------

#: Copies: what is drawn is changed, and must be the same when it is drawn again.
hostile = st.sampled_from(HOSTILE).map(copy.deepcopy)


@st.composite
def mutated(draw: Draw, base: Any) -> Any:
    """A value with some of its parts replaced, left out or doubled."""
    tree = copy.deepcopy(base)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(tree))
        if not places:
            return draw(hostile)
        holder, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "replace", "remove", "wrap", "rename", "move"])):
            case "replace":
                holder[key] = draw(hostile)
            case "remove":
                del holder[key]
            case "wrap":
                holder[key] = draw(st.sampled_from([[holder[key]], {"get_param": holder[key]}, {"a": holder[key]}]))
            case "rename" if isinstance(holder, dict):
                holder[str(draw(st.sampled_from(TEXTS)))] = holder.pop(key)
            case _:
                other, place = draw(st.sampled_from(places))
                holder[key] = copy.deepcopy(other.get(place) if isinstance(other, dict) else other[place : place + 1])
    return tree


def _places(tree: Any) -> Any:
    """Every part of a tree, as what holds it and the key there."""
    pending = [tree]
    while pending:
        holder = pending.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            pending.append(holder[key])


def as_json(value: Any) -> bytes:
    """JSON with everything that Python's reader takes: halves of surrogates, NaN, numbers without end."""
    return json.dumps(value).encode()


@st.composite
def bodies(draw: Draw, example: Example) -> bytes:
    """What a client would send for an operation, with something wrong in it."""
    base = copy.deepcopy(example.body)
    if isinstance(base, dict) and "template" in base:
        tree = draw(st.sampled_from(TREES))
        tree = draw(st.one_of(st.just(tree), mutated(tree)))
        form = draw(st.sampled_from(["tree", "text", "yaml"]))
        base["template"] = tree if form == "tree" else json.dumps(tree) if form == "text" else draw(_spliced(tree))
        if not draw(st.integers(0, 2)):
            more = st.dictionaries(
                st.sampled_from(KEYS), st.one_of(hostile, st.sampled_from(GOOD).map(copy.deepcopy)), max_size=3
            )
            base |= draw(more)
        if "stack_name" in base:
            base["stack_name"] = f"fuzzed-{draw(st.integers(0, 30))}"
    match draw(st.sampled_from(["good", "good", "wrong", "wrong", "wrong", "raw", "cut"])):
        case "good":
            return as_json(base)
        case "wrong":
            return as_json(draw(mutated(base)))
        case "cut":
            return as_json(base)[: draw(st.integers(0, 200))]
    return draw(st.sampled_from(RAW))


KEYS = [
    "parameters",
    "environment",
    "environment_files",
    "files",
    "files_container",
    "tags",
    "timeout_mins",
    "disable_rollback",
]
KEYS += ["adopt_stack_data", "template_url", "converge", "clear_parameters", "stack_name", "unheard_of"]
GOOD: list[Any] = [
    {"word": "b"},
    {"a.yaml": json.dumps(TEMPLATE)},
    {"resource_registry": {"A::B": "a.yaml"}},
    {"parameters": {"word": [1]}},
]
GOOD += ["{}", "a,b", 5, True, ["a.yaml"], {"resource_registry": {"resources": {"*": {"hooks": "pre-create"}}}}]
GOOD += [
    {"event_sinks": [{"type": "zaqar-queue", "target": "q"}]},
    json.dumps({"template": TEMPLATE, "resources": {}, "name": "x"}),
]


@st.composite
def _spliced(draw: Draw, tree: Any) -> str:
    """YAML with something cut out or put in."""
    text: str = yaml.safe_dump(json.loads(as_json(tree).decode()), allow_unicode=False)
    start, length = draw(st.integers(0, len(text))), draw(st.integers(0, 20))
    return text[:start] + draw(st.sampled_from(["", *TEXTS])) + text[start + length :]


# --- requests of the REST API -----------------------------------------------------------------


def _path(draw: Draw, template: str, names: Mapping[str, str], drawn: Mapping[str, Any] | None = None) -> str:
    """The path with what is there, or with what is not."""

    def value(name: str) -> str:
        if name in names and draw(st.integers(0, 9)) < (9 if name.endswith("tenant_id") else 7):
            return quote(names[name], safe=":")
        if drawn and name in drawn and draw(st.booleans()):
            return str(drawn[name])
        return str(draw(st.sampled_from(SEGMENTS)))

    return re.sub(r"{(\w+)}", lambda found: value(found[1]), template)


@st.composite
def _headers(draw: Draw, token: str) -> tuple[tuple[str, str], ...]:
    kind = "application/json" if draw(st.integers(0, 3)) else draw(st.sampled_from(CONTENT_TYPES))
    strange = draw(st.lists(st.sampled_from(HEADERS), max_size=2)) if draw(st.integers(0, 3)) == 0 else []
    return (("X-Auth-Token", token), ("Content-Type", kind), *strange)


@st.composite
def documented(draw: Draw, operation: Any, mode: GenerationMode, target: Target) -> Request:
    """What schemathesis makes of an operation of the document, in most cases about what is there."""
    case = draw(operation.as_strategy(generation_mode=mode))
    query = [
        (str(name), str(item))
        for name, value in (case.query or {}).items()
        for item in (value if isinstance(value, list) else [value])
    ]
    absent = type(case.body).__name__ == "NotSet"
    body = b"" if absent else case.body if isinstance(case.body, bytes) else as_json(case.body)
    path = _path(draw, operation.path, target.names, case.path_parameters)
    encoded = urlencode(query, errors="replace")
    headers = (("X-Auth-Token", target.token), ("Content-Type", "application/json"))
    name = operation.definition.raw.get("operationId", operation.label)
    return Request("rest", name, operation.method.upper(), f"{path}?{encoded}" if encoded else path, headers, body)


@st.composite
def wrong(draw: Draw, target: Target) -> Request:
    """A good request with hostile values, headers, paths and queries."""
    example: Example = draw(st.one_of(st.sampled_from(EXAMPLES), st.sampled_from(WITH_BODIES)))
    path = _path(draw, "/v1/{tenant_id}" + example.route.path, target.names)
    query = draw(st.one_of(st.just(""), st.sampled_from(QUERIES), _queries()))
    body = draw(bodies(example)) if example.body is not None or not draw(st.integers(0, 4)) else b""
    method = example.route.method if draw(st.integers(0, 19)) else draw(st.sampled_from(METHODS))
    headers = draw(_headers(target.token))
    return Request("rest", example.name, method, path + (f"?{query}" if query else ""), headers, body)


PARAMETERS = sorted(
    {
        "limit",
        "marker",
        "sort_keys",
        "sort_dir",
        "nested_depth",
        "with_detail",
        "show_nested",
        "with_attr",
        "tags",
        "not_tags_any",
    }
)
PARAMETERS += [
    "status",
    "id",
    "name",
    "type",
    "action",
    "resource_name",
    "ignore_errors",
    "global_tenant",
    "template_type",
    "version",
    "with_count",
]


@st.composite
def _queries(draw: Draw) -> str:
    values = st.sampled_from(
        [text.encode("utf-8", "surrogatepass") for text in TEXTS if len(text) < 1000] + [b"true", b"5", b"\xff"]
    )
    return urlencode(draw(st.lists(st.tuples(st.sampled_from(PARAMETERS), values), max_size=5)))


# --- requests of the CloudFormation-compatible API --------------------------------------------

CFN_NAMES = [
    "StackName",
    "LogicalResourceId",
    "PhysicalResourceId",
    "TemplateBody",
    "TemplateURL",
    "TimeoutInMinutes",
    "DisableRollback",
    "OnFailure",
]
CFN_NAMES += [
    "Parameters.member.1.ParameterKey",
    "Parameters.member.1.ParameterValue",
    "Parameters.member.999999.ParameterKey",
    "ContentType",
    "Version",
]
CFN_NAMES += [
    "StackStatusFilter.member.1",
    "StackStatusFilter.member.x",
    "AWSAccessKeyId",
    "Signature",
    "SignatureVersion",
    "X-Amz-Algorithm",
    "Action",
]
CFN_HEADERS = [
    ("Authorization", "AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=host, Signature=z"),
    ("Authorization", "AWS4-HMAC-SHA256 x"),
]


@st.composite
def query_api(draw: Draw, target: Target) -> Request:
    """An action or a signal with hostile parameters, in the query or in a form."""
    names = target.names
    good = [names["stack_name"], names["stack_id"], "value", "handle", "JSON", "b", json.dumps(TEMPLATE), "2010-05-15"]
    good.append(f"arn:openstack:heat::{names['tenant_id']}:stacks/{names['stack_name']}/{names['stack_id']}")
    texts = st.one_of(st.sampled_from(good), st.sampled_from(TEXTS)).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )
    headers = [("X-Auth-Token", target.token), *draw(st.lists(st.sampled_from([*HEADERS, *CFN_HEADERS]), max_size=1))]
    if draw(st.integers(0, 4)) == 0:
        kind = draw(st.sampled_from(sorted(SIGNALS)))
        resource = draw(
            st.one_of(st.sampled_from(["old_handle", "handle", "group", "value"]), st.sampled_from(SEGMENTS))
        )
        arn = draw(st.sampled_from([quote(good[-1] + "/resources/", safe="") + resource, *SEGMENTS]))
        method = SIGNALS[kind][0] if draw(st.integers(0, 5)) else draw(st.sampled_from(METHODS))
        body = draw(st.one_of(st.sampled_from(RAW), mutated(SIGNAL).map(as_json)))
        return Request("cfn", kind, method, f"/v1/{kind}/{arn}", tuple(headers), body)
    action = draw(st.sampled_from([*ACTIONS, *TEXTS[:8]]))
    pairs = draw(st.lists(st.tuples(st.sampled_from(CFN_NAMES), texts), max_size=5))
    if draw(st.booleans()):
        pairs.append(("StackName", good[draw(st.integers(0, 1))].encode()))
    encoded = urlencode([("Action", str(action).encode("utf-8", "surrogatepass")), *pairs])
    if draw(st.booleans()):
        return Request("cfn", str(action), draw(st.sampled_from(["GET", "POST"])), f"/v1/?{encoded}", tuple(headers))
    headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    body = draw(st.one_of(st.just(encoded.encode()), st.sampled_from(RAW)))
    return Request(
        "cfn", str(action), "POST", draw(st.sampled_from(["/v1/", "/", "/v1.0/", "/v2/"])), tuple(headers), body
    )


SIGNAL = {
    "Status": "SUCCESS",
    "UniqueId": "1",
    "Data": "x",
    "Reason": "y",
    "status": "SUCCESS",
    "id": "1",
    "data": "x",
    "reason": "y",
}
