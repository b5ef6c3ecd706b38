"""What a template's author hides stays hidden: in answers, in logs and in the database."""

from __future__ import annotations

import pathlib
import sqlite3

import pytest

from heat_mq.db.repo.sealed import SEALED
from tests.acceptance.processes import until
from tests.acceptance.systems import Quickstart
from tests.waiting import PATIENCE

pytestmark = pytest.mark.xdist_group("quickstart")

PASSWORD = "hidden-word-5172"
SECOND = "hidden-word-9034"
#: The parameter's value reaches a property, a nested stack and the user data of a server.
TEMPLATE = """\
heat_template_version: 2018-08-31
parameters:
  word: {type: string, hidden: true, constraints: [{length: {min: 8, max: 40}}]}
resources:
  inside:
    type: inner.yaml
    properties: {word: {get_param: word}}
  server:
    type: OS::Nova::Server
    properties:
      image: cirros
      flavor: m1.tiny
      networks: [{network: private-net}]
      user_data_format: RAW
      user_data: {str_replace: {template: "echo WORD", params: {WORD: {get_param: word}}}}
"""
INNER = """\
heat_template_version: 2018-08-31
parameters:
  word: {type: string, hidden: true}
resources:
  value: {type: OS::Heat::Value, properties: {value: {get_param: word}}}
"""


def test_hidden_values_are_in_no_answer_no_log_and_no_file(quickstart: Quickstart):
    rest, seen = quickstart.rest, []
    body = {"files": {"inner.yaml": INNER}, "parameters": {"word": PASSWORD}}

    def settled(status: str) -> None:
        until(lambda: not rest.status("secrets").endswith("IN_PROGRESS"), f"{status} of the stack")
        assert rest.status("secrets") == status

    seen.append(rest.request("POST", "/stacks/preview", json={"stack_name": "secrets", "template": TEMPLATE, **body}))
    seen.append(rest.create("secrets", TEMPLATE, **body))
    settled("CREATE_COMPLETE")
    for word in ("short", "x" * 41):
        seen.append(rest.create("other", TEMPLATE, files=body["files"], parameters={"word": word}))
        assert seen[-1].status_code == 400
        assert word not in seen[-1].text
    stack_id = rest.get("/stacks")["stacks"][0]["id"]
    place = f"/stacks/secrets/{stack_id}"
    seen.append(rest.request("PATCH", place, json={"parameters": {"word": SECOND}}))
    settled("UPDATE_COMPLETE")
    listed = rest.get(f"{place}/resources?nested_depth=5")["resources"]
    pages = [
        "",
        "/environment",
        "/template",
        "/files",
        "/events?nested_depth=5",
        "/outputs",
        "/resources?with_detail=1",
    ]
    pages += [f"/resources/{item['resource_name']}" for item in listed if item["resource_name"] != "value"]
    for path in pages:
        seen.append(rest.request("GET", place + path))
    for event in rest.get(f"{place}/events")["events"]:
        link = next(link["href"] for link in event["links"] if link["rel"] == "self")
        seen.append(rest.session.get(link, timeout=PATIENCE))
    try:
        for answer in seen:
            assert answer.status_code < 500
            assert not {word for word in (PASSWORD, SECOND) if word in answer.text}, answer.url
        assert hidden_words(quickstart.state) == {}
        # All that is encrypted is known as such, or a change of the key would leave it behind.
        assert sealed_columns(quickstart.state) <= {(table, name) for table, names in SEALED.items() for name in names}
    finally:
        rest.clear()
    assert hidden_words(quickstart.state) == {}


def hidden_words(state: pathlib.Path) -> dict[str, set[str]]:
    """The hidden words that stand in files; the simulated cloud knows what it was given and does not count."""
    database = sqlite3.connect(state / "heat_mq.sqlite")
    with database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    found = {
        path.name: {word for word in (PASSWORD, SECOND) if word.encode() in path.read_bytes()}
        for path in state.iterdir()
        if path.is_file()
    }
    assert {"heat_mq.sqlite", "heat_mq.log"} <= found.keys()
    return {name: words for name, words in found.items() if words}


def sealed_columns(state: pathlib.Path) -> set[tuple[str, str]]:
    """Tables and columns in which an encrypted value stands."""
    database = sqlite3.connect(state / "heat_mq.sqlite")
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = [(table, row[1]) for table in tables for row in database.execute(f"PRAGMA table_info('{table}')")]
    query = 'SELECT count(*) FROM "{}" WHERE "{}" LIKE \'%gAAAAA%\''
    found = {column for column in columns if database.execute(query.format(*column)).fetchone()[0]}
    database.close()
    assert ("stack", "parameters") in found
    return found


def test_credentials_are_in_no_log(quickstart: Quickstart):
    words = [quickstart.openstack.variables["OS_PASSWORD"], str(quickstart.rest.session.headers["X-Auth-Token"])]
    text = quickstart.logs()["heat_mq.log"]
    assert [word for word in words if word in text] == []
