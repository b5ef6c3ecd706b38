"""Containers and orders of the simulated Barbican, as openstacksdk meets them."""

from __future__ import annotations

from typing import Any

import pytest
from openstack.connection import Connection

from heat_mq.simcloud import times
from tests.simcloud.serving import Clock


def secret(connection: Connection, name: str) -> str:
    made = connection.key_manager.create_secret(name=name, payload="x", payload_content_type="text/plain")
    return str(made.secret_ref)


def post(connection: Connection, path: str, body: dict[str, Any]) -> Any:
    return connection.key_manager.post(path, json=body)


def test_a_container_holds_secrets_of_its_project(demo: Connection, alt_demo: Connection):
    refs = [{"name": name, "secret_ref": secret(demo, name)} for name in ("private_key", "public_key")]
    made = demo.key_manager.create_container(name="pair", type="rsa", secret_refs=refs)
    id = made.container_ref.rpartition("/")[2]
    assert demo.key_manager.get_container(id).secret_refs == refs
    assert [each.name for each in demo.key_manager.containers()] == ["pair"]
    assert alt_demo.key_manager.get(f"/containers/{id}").status_code == 404
    foreign = {"type": "generic", "secret_refs": [{"name": "a", "secret_ref": refs[0]["secret_ref"]}]}
    assert post(alt_demo, "/containers", foreign).status_code == 404
    demo.key_manager.delete_container(id)
    assert len(list(demo.key_manager.secrets())) == 2


@pytest.mark.parametrize(
    ("kind", "names"), [("rsa", ["private_key"]), ("certificate", ["other"]), ("generic", ["a", "a"]), ("odd", [])]
)
def test_a_container_of_the_wrong_secrets_is_refused(demo: Connection, kind: str, names: list[str]):
    reference = secret(demo, "any")
    refs = [{"name": name, "secret_ref": reference} for name in names]
    assert post(demo, "/containers", {"type": kind, "secret_refs": refs}).status_code == 400


def test_an_order_takes_a_while_and_gives_a_key(demo: Connection, clock: Clock):
    meta = {"name": "disk", "algorithm": "aes", "bit_length": 256}
    made = demo.key_manager.create_order(type="key", meta=meta)
    id = made.order_ref.rpartition("/")[2]
    assert demo.key_manager.get(f"/orders/{id}").json()["status"] == "PENDING"
    clock.go(10)
    order = demo.key_manager.get_order(id)
    assert order.status == "ACTIVE"
    payload = demo.key_manager.get(
        f"/secrets/{order.secret_ref.rpartition('/')[2]}/payload", headers={"Accept": "application/octet-stream"}
    )
    assert len(payload.content) == 32
    demo.key_manager.delete_order(id)
    assert [each.name for each in demo.key_manager.secrets()] == ["disk"]


@pytest.mark.parametrize(
    "order",
    [
        {"type": "key", "meta": {"algorithm": "aes", "bit_length": 7}},
        {"type": "key", "meta": {"algorithm": "aes", "bit_length": 128, "subject_dn": "CN=x"}},
        {"type": "certificate", "meta": {"request_type": "stored-key"}},
        {"type": "cake", "meta": {}},
        {"type": "key"},
    ],
)
def test_an_order_that_says_too_little_is_refused(demo: Connection, order: dict[str, Any]):
    assert post(demo, "/orders", order).status_code == 400


def test_a_secret_ends_when_it_was_said_to(demo: Connection, clock: Clock):
    late = times.seconds(clock() + 100)
    made = demo.key_manager.create_secret(name="short", payload="x", payload_content_type="text/plain", expiration=late)
    path = f"/secrets/{made.secret_ref.rpartition('/')[2]}"
    assert demo.key_manager.get(path).status_code == 200
    clock.go(101)
    assert demo.key_manager.get(path).status_code == 404
    past = {"name": "gone", "expiration": late}
    assert post(demo, "/secrets", past).status_code == 400


@pytest.mark.parametrize(
    "given",
    [
        {"payload_content_type": "text/plain", "payload_content_encoding": "base64"},
        {"payload_content_type": "application/octet-stream"},
        {"payload_content_type": "image/png"},
    ],
)
def test_a_payload_is_written_as_its_type_asks(demo: Connection, given: dict[str, str]):
    assert post(demo, "/secrets", {"payload": "eA==", **given}).status_code == 400
