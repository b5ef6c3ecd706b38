"""Barbican as openstacksdk meets it."""

from __future__ import annotations

import pytest
from openstack import exceptions
from openstack.connection import Connection


def test_a_secret_is_stored_read_and_deleted(demo: Connection):
    made = demo.key_manager.create_secret(name="login", payload='{"a": 1}', payload_content_type="text/plain")
    id = made.secret_ref.rpartition("/")[2]
    assert [each.name for each in demo.key_manager.secrets(name="login")] == ["login"]
    found = demo.key_manager.get_secret(id)
    assert (found.name, found.payload, found.secret_type) == ("login", '{"a": 1}', "opaque")
    demo.key_manager.delete_secret(id)
    assert demo.key_manager.get(f"/secrets/{id}").status_code == 404


def test_another_projects_secret_is_not_there(demo: Connection, alt_demo: Connection):
    made = demo.key_manager.create_secret(name="login", payload="x", payload_content_type="text/plain")
    path = f"/secrets/{made.secret_ref.rpartition('/')[2]}"
    assert [alt_demo.key_manager.get(each).status_code for each in (path, f"{path}/payload")] == [404, 404]
    assert list(alt_demo.key_manager.secrets()) == []


def test_many_secrets_come_in_pages(demo: Connection):
    for number in range(23):
        demo.key_manager.create_secret(name=f"s{number}", payload="x", payload_content_type="text/plain")
    assert len({each.name for each in demo.key_manager.secrets()}) == 23


def test_a_payload_may_come_later_once(demo: Connection):
    made = demo.key_manager.create_secret(name="late")
    path = f"/secrets/{made.secret_ref.rpartition('/')[2]}"
    assert demo.key_manager.get(f"{path}/payload").status_code == 404
    for status in (204, 409):
        answer = demo.key_manager.put(path, data=b"now", headers={"Content-Type": "text/plain"})
        assert answer.status_code == status
    assert demo.key_manager.get(f"{path}/payload", headers={"Accept": "text/plain"}).text == "now"


@pytest.mark.parametrize(
    ("secret", "word"), [({"payload": "x"}, "payload_content_type"), ({"secret_type": "unknown"}, "secret_type")]
)
def test_a_secret_that_says_too_little_is_refused(demo: Connection, secret: dict[str, str], word: str):
    with pytest.raises(exceptions.BadRequestException) as caught:
        demo.key_manager.create_secret(name="bad", **secret)
    assert word in caught.value.response.json()["description"]
