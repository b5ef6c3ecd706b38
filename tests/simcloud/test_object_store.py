"""Swift as openstacksdk meets it, and whoever bears a temporary URL."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
import requests
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Clock


def signed(connection: Connection, method: str, path: str, key: str, expires: int) -> str:
    base = str(connection.object_store.get_endpoint())
    whole = f"/v1/{base.partition('/v1/')[2]}{path}"
    signature = hmac.new(key.encode(), f"{method}\n{expires}\n{whole}".encode(), hashlib.sha256).hexdigest()
    return f"{base}{path}?temp_url_sig={signature}&temp_url_expires={expires}"


def test_objects_come_and_go(demo: Connection, alt_demo: Connection):
    demo.object_store.create_container("box")
    demo.object_store.upload_object("box", "note", data=b"words")
    assert [each.name for each in demo.object_store.objects("box")] == ["note"]
    assert demo.object_store.download_object("note", container="box") == b"words"
    assert list(alt_demo.object_store.containers()) == []
    with pytest.raises(exceptions.ConflictException):
        demo.object_store.delete_container("box")
    demo.object_store.delete_object("note", container="box")
    demo.object_store.delete_container("box")
    assert list(demo.object_store.containers()) == []


def test_a_list_comes_in_pages_with_sizes(demo: Connection):
    demo.object_store.create_container("box")
    for name in ("a", "b", "c"):
        demo.object_store.upload_object("box", name, data=b"x" * 3)
    url = f"{demo.object_store.get_endpoint()}/box?format=json&limit=2"
    assert demo.session.get(url).json() == [{"name": "a", "bytes": 3}, {"name": "b", "bytes": 3}]
    assert demo.session.get(f"{url}&marker=b").json() == [{"name": "c", "bytes": 3}]
    assert [each.name for each in demo.object_store.objects("box", limit=1)] == ["a", "b", "c"]


def test_another_account_is_closed(demo: Connection, alt_demo: Connection):
    demo.object_store.create_container("box")
    url = f"{demo.object_store.get_endpoint()}/box"
    assert alt_demo.session.get(url, raise_exc=False).status_code == 403
    assert requests.get(url, timeout=60).status_code == 401


@pytest.mark.parametrize("home", ["account", "container"])
def test_a_temporary_url_lets_anybody_do_one_thing_until_it_ends(demo: Connection, clock: Clock, home: str):
    headers: dict[str, Any] = {
        "X-Account-Meta-Temp-URL-Key" if home == "account" else "X-Container-Meta-Temp-URL-Key": "k"
    }
    demo.object_store.put("/box", headers=headers)
    if home == "account":
        demo.object_store.post("", headers=headers)
    end = int(clock()) + 100
    put, get = (signed(demo, method, "/box/note", "k", end) for method in ("PUT", "GET"))
    assert requests.put(put, data=b"words", timeout=60).status_code == 201
    assert requests.get(get, timeout=60).content == b"words"
    assert requests.get(put, timeout=60).status_code == 401
    assert requests.get(signed(demo, "GET", "/box/note", "other", end), timeout=60).status_code == 401
    assert requests.get(get.replace("/note", "/letter"), timeout=60).status_code == 401
    clock.go(101)
    assert requests.get(get, timeout=60).status_code == 401
