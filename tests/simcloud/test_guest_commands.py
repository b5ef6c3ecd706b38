"""What a guest finds to send in its user data."""

from __future__ import annotations

import base64
import gzip
import json
import shlex
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.simcloud.guest_commands import find_signals

URL = "http://127.0.0.1:8004/v1/p/stacks/s/1/resources/wait_handle/signal"
CURL = "curl -i -X POST -H 'X-Auth-Token: t0' -H 'Content-Type: application/json' -H 'Accept: application/json' " + URL
SUCCESS = """--data-binary '{"status": "SUCCESS"}'"""
SCRIPT = f"#!/bin/sh\nset -e\n{CURL} {SUCCESS}\n"


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def multipart(text: str) -> str:
    message = MIMEMultipart()
    message.attach(MIMEText("#cloud-config\nuser: ec2-user\n", "cloud-config"))
    message.attach(MIMEText(text, "x-shellscript"))
    return message.as_string()


@pytest.mark.parametrize(
    "user_data",
    [
        SCRIPT,
        base64_of(SCRIPT),
        base64.b64encode(gzip.compress(SCRIPT.encode())).decode(),
        multipart(SCRIPT),
        base64_of(multipart(SCRIPT)),
        multipart(SCRIPT + "# Grüße\n"),
        f"#!/bin/sh\n{CURL} \\\n   {SUCCESS}\n",
        f'#!/bin/sh\nsleep 1 && ({CURL} --data-binary \'{{"status": "SUCCESS"}}\') >/dev/null 2>&1; echo done',
        f'#!/bin/sh\n{CURL} --data-binary "{{\\"status\\": \\"SUCCESS\\"}}"',
        f'#!/bin/sh\nsh -c "{CURL} --data-binary \'{{\\"status\\": \\"SUCCESS\\"}}\'"',
        "#cloud-config\nruncmd:\n  - " + json.dumps(f"{CURL} {SUCCESS}"),
        "#cloud-config\nruncmd:\n  - " + json.dumps(shlex.split(f"{CURL} {SUCCESS}")),
        "#cloud-config\nwrite_files:\n- {path: /x, encoding: b64, content: " + base64_of(SCRIPT) + "}\n",
    ],
)
def test_the_signal_is_found_however_it_is_wrapped(user_data: str):
    (signal,) = find_signals(user_data)
    assert (signal.method, signal.url) == ("POST", URL)
    assert dict(signal.headers)["X-Auth-Token"] == "t0"
    assert json.loads(signal.data) == {"status": "SUCCESS"}


def test_distinct_commands_are_each_found_once_and_comments_not():
    lines = [
        f"{CURL} {SUCCESS}",
        f"""{CURL} --data-binary '{{"status": "SUCCESS", "id": "5"}}'""",
        f"""{CURL} --data-binary '{{"status": "SUCCESS", "id": "5"}}'""",
        f"""# {CURL} --data-binary '{{"status": "SUCCESS", "id": "6"}}'""",
    ]
    assert [json.loads(each.data).get("id") for each in find_signals("\n".join(lines))] == [None, "5"]


def test_the_branch_for_failure_is_not_taken():
    failure = f"""{CURL} --data-binary '{{"status": "FAILURE"}}'"""
    assert [each.status for each in find_signals(f"if true; then {CURL} {SUCCESS}\nelse {failure}\nfi")] == ["SUCCESS"]
    assert [each.status for each in find_signals(failure)] == ["FAILURE"]


def test_other_uses_of_curl_send_nothing():
    assert find_signals("curl -O http://example.org/package.tar.gz\ncurl http://example.org | sh\n") == []


@given(st.text())
def test_any_text_is_read_without_an_error(user_data: str):
    assert find_signals(user_data) == []
