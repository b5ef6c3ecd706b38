"""Snapshots, abandon, export and adopt."""

from __future__ import annotations

import json

import pytest

from tests.unit.api.fakes import IDENTITY, SNAPSHOT, STACK_ID, Api

STACK = f"/stacks/s1/{STACK_ID}"
SHOWN = {name: value for name, value in SNAPSHOT.items() if name != "stack_id"}


def test_a_snapshot_is_answered_bare_when_it_is_taken(api: Api):
    api.engine.answers["stack_snapshot"] = SNAPSHOT
    answer = api(f"POST {STACK}/snapshots", {"name": "sn"})
    assert (answer.status_code, answer.json) == (200, SHOWN)
    assert api.engine.last == ("stack_snapshot", {"stack_identity": IDENTITY, "name": "sn"})


@pytest.mark.parametrize("body", [None, {}, {"name": None}, {"other": 1}])
def test_a_snapshot_needs_no_name(api: Api, body):
    api.engine.answers["stack_snapshot"] = SNAPSHOT
    assert api(f"POST {STACK}/snapshots", body).status_code == 200
    assert api.engine.last[1]["name"] is None


@pytest.mark.parametrize("body", [[], "sn", {"name": 1}, {"name": "x" * 256}])
def test_a_name_that_is_none_is_refused(api: Api, body):
    answer = api(f"POST {STACK}/snapshots", body)
    assert (answer.status_code, answer.json["error"]["type"]) == (400, "HTTPBadRequest")
    assert api.engine.calls == []


def test_snapshots_are_listed_shown_restored_and_deleted(api: Api):
    api.engine.answers["stack_list_snapshots"] = [SNAPSHOT]
    api.engine.answers["show_snapshot"] = SNAPSHOT
    one = f"{STACK}/snapshots/{SNAPSHOT['id']}"
    which = {"stack_identity": IDENTITY, "snapshot_id": SNAPSHOT["id"]}
    assert api(f"GET {STACK}/snapshots").json == {"snapshots": [SHOWN]}
    assert api(f"GET {one}").json == {"snapshot": SHOWN}
    assert api.engine.last == ("show_snapshot", which)
    assert api(f"POST {one}/restore").status_code == 202
    assert api.engine.last == ("stack_restore", which)
    deleted = api(f"DELETE {one}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert api.engine.last == ("delete_snapshot", which)


@pytest.mark.parametrize(
    ("request_", "kind", "status"),
    [
        ("POST /snapshots", "ActionInProgress", 409),
        ("POST /snapshots", "RequestLimitExceeded", 400),
        ("GET /snapshots/zz", "NotFound", 404),
        ("POST /snapshots/zz/restore", "NotSupported", 400),
        ("DELETE /snapshots/zz", "NotSupported", 400),
        ("DELETE /abandon", "NotSupported", 400),
        ("GET /export", "ActionInProgress", 409),
    ],
)
def test_refusals_of_the_engine_have_heats_status(api: Api, request_, kind, status):
    api.engine.refuse(kind)
    method, path = request_.split()
    answer = api(f"{method} {STACK}{path}")
    assert (answer.status_code, answer.json["error"]["type"]) == (status, kind)


@pytest.mark.parametrize(("request_", "readers"), [("GET /snapshots", 200), ("POST /snapshots", 403)])
def test_readers_look_and_change_nothing(api: Api, request_, readers):
    api.engine.answers["stack_list_snapshots"] = []
    api.auth.roles = "reader"
    method, path = request_.split()
    assert api(f"{method} {STACK}{path}").status_code == readers


@pytest.mark.parametrize(
    ("request_", "method"), [("DELETE /abandon", "abandon_stack"), ("GET /export", "export_stack")]
)
def test_the_dump_of_a_stack_is_answered_bare(api: Api, request_, method):
    api.engine.answers[method] = {"name": "s1"}
    verb, path = request_.split()
    answer = api(f"{verb} {STACK}{path}")
    assert (answer.status_code, answer.json) == (200, {"name": "s1"})
    assert api.engine.last[0] == method


def adoption(data: object) -> dict[str, object]:
    return {"stack_name": "s1", "adopt_stack_data": data if isinstance(data, str) else json.dumps(data)}


def test_an_adoption_sends_the_dump_and_its_template(api: Api):
    api.engine.answers["create_stack"] = IDENTITY
    dump = {"template": {"heat_template_version": "2021-04-16"}, "resources": {"a": {"resource_id": "1"}}}
    assert api("POST /stacks", adoption(dump)).status_code == 201
    sent = api.engine.last[1]
    assert (sent["template"], sent["args"]["adopt_stack_data"]) == (dump["template"], dump)


@pytest.mark.parametrize("data", ["{x", "[]", "{}", '{"template": 1}', '{"template": {}, "a": NaN}', "[" * 100_000])
def test_a_dump_that_cannot_be_read_is_refused(api: Api, data: str):
    answer = api("POST /stacks", adoption(data))
    assert (answer.status_code, answer.json["error"]["type"]) == (400, "HTTPBadRequest")
    assert "adopt_stack_data" in answer.json["error"]["message"]
    assert api.engine.calls == []


def test_what_no_database_stores_is_refused_in_a_dump_too(api: Api):
    data = '{"template": {"heat_template_version": "2021-04-16"}, "resources": {"a\\u0000": {}}}'
    assert "NUL" in api("POST /stacks", adoption(data)).json["error"]["message"]
