"""A short run of the fuzzer, always the same; ``python -m tests.fuzz.run`` goes on for as long as one likes."""

from __future__ import annotations

import dataclasses
import pathlib

import pytest

from tests.fuzz.judge import wrongs
from tests.fuzz.run import run
from tests.fuzz.sending import Answer, Request
from tests.fuzz.target import Target

REQUESTS = 400


@pytest.mark.timeout(600)
def test_no_request_is_answered_by_an_error_of_ours(tmp_path: pathlib.Path):
    target = Target(tmp_path)
    try:
        attack = run(target, REQUESTS, seed=0)
    finally:
        target.close()
    assert [f"{found.what}\n{found.request}\n{found.log}" for found in attack.findings.values()] == []
    assert attack.sent >= REQUESTS
    # Not refused at the door: a good part of them reaches the engine and is done.
    assert {200, 302, 400, 404} <= set(attack.statuses)
    assert {201, 202, 204} & set(attack.statuses)


STACKS = Request("rest", "test", "GET", "/v1/p/stacks")
ACTION = Request("cfn", "test", "GET", "/v1/?Action=ListStacks")
ID = {"x-openstack-request-id": "req-1"}
FAULT = b'{"code": 400, "title": "t", "explanation": "e", "error": {"message": "m", "type": "T", "traceback": null}}'


@pytest.mark.parametrize(
    ("request_", "status", "body"),
    [
        (STACKS, 500, FAULT.replace(b"400", b"500")),
        (STACKS, 400, FAULT.replace(b"null", b'"Traceback (most recent call last)"')),
        (STACKS, 400, FAULT.replace(b'"m"', b'""')),
        (STACKS, 400, b"not JSON"),
        (STACKS, 400, b'{"error": "e"}'),
        (STACKS, 200, b'{"stacks": [{}]}'),
        (STACKS, 409, FAULT.replace(b"400", b"409")),
        (dataclasses.replace(STACKS, target="/v1/p/nothing"), 200, b"{}"),
        (ACTION, 400, b"<Error/>"),
        (ACTION, 400, b"<ErrorResponse>"),
        (ACTION, 503, b"<ErrorResponse><Error><Code>c</Code></Error></ErrorResponse>"),
    ],
)
def test_the_judge_sees_what_is_wrong(request_: Request, status: int, body: bytes):
    assert wrongs(request_, Answer(status, ID, body))


def test_the_judge_lets_good_answers_pass():
    assert wrongs(STACKS, Answer(200, ID, b'{"stacks": []}')) == []
    assert wrongs(STACKS, Answer(400, ID, FAULT)) == []
    assert wrongs(STACKS, Answer(400, {}, FAULT)) == [
        "no request id",
        "stack_list.index.get.stacks answers 400 without X-Openstack-Request-Id",
    ]
