"""Acting on stacks and marking resources."""

from __future__ import annotations

import pytest

from tests.unit.api.fakes import IDENTITY, STACK_ID, Api

ACTIONS = f"POST /stacks/s1/{STACK_ID}/actions"
MARK = f"PATCH /stacks/s1/{STACK_ID}/resources/v"


@pytest.mark.parametrize(
    ("action", "method", "arguments"),
    [
        ("suspend", "stack_suspend", {}),
        ("resume", "stack_resume", {}),
        ("check", "stack_check", {}),
        ("cancel_update", "stack_cancel_update", {"cancel_with_rollback": True}),
        ("cancel_without_rollback", "stack_cancel_update", {"cancel_with_rollback": False}),
    ],
)
@pytest.mark.parametrize("value", [None, "", {}, 1])
def test_the_key_is_the_action_and_its_value_says_nothing(api: Api, action, method, arguments, value):
    answer = api(ACTIONS, {action: value})
    assert (answer.status_code, answer.json) == (200, None)
    assert api.engine.last == (method, {"stack_identity": IDENTITY, **arguments})


@pytest.mark.parametrize("body", [{}, {"check": None, "resume": None}, {"snapshot": None}, {"Check": None}])
def test_anything_else_is_refused_and_reaches_no_engine(api: Api, body):
    assert api(ACTIONS, body).status_code == 400
    assert api.engine.calls == []


def test_an_action_that_is_nearly_spelt_is_named(api: Api):
    assert "'suspend'" in api(ACTIONS, {"suspnd": None}).json["error"]["message"]


def test_each_action_has_its_own_policy(api: Api):
    api.auth.roles = "reader"
    assert api(ACTIONS, {"check": None}).status_code == 200
    assert api(ACTIONS, {"suspend": None}).status_code == 403


def test_a_busy_stack_answers_conflict(api: Api):
    api.engine.refuse("ActionInProgress")
    assert api(ACTIONS, {"check": None}).status_code == 409


@pytest.mark.parametrize(("value", "unhealthy"), [(True, True), (False, False), ("True", True), ("false", False)])
def test_a_resource_is_marked(api: Api, value, unhealthy):
    answer = api(MARK, {"mark_unhealthy": value, "resource_status_reason": "bad"})
    assert (answer.status_code, answer.json) == (200, None)
    assert api.engine.last == (
        "resource_mark_unhealthy",
        {
            "stack_identity": IDENTITY,
            "resource_name": "v",
            "mark_unhealthy": unhealthy,
            "resource_status_reason": "bad",
        },
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mark_unhealthy": None},
        {"mark_unhealthy": 1},
        {"mark_unhealthy": []},
        {"mark_unhealthy": "maybe"},
        {"mark_unhealthy": True, "resource_status_reason": 1},
        {"mark_unhealthy": True, "reason": "bad"},
    ],
)
def test_a_mark_that_says_something_else_is_refused(api: Api, body):
    answer = api(MARK, body)
    assert (answer.status_code, answer.json["error"]["type"]) == (400, "HTTPBadRequest")
