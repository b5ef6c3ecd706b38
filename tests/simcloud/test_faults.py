"""Faults on demand, and what the admin endpoint tells tests."""

from __future__ import annotations

from typing import Any

import pytest
from falcon.testing import TestClient

from heat_mq.simcloud import Cloud, dispatch, make_app
from heat_mq.simcloud.serve import credentials
from tests.simcloud.serving import Clock


class Client:
    """Requests of demo to a cloud in this process."""

    def __init__(self, cloud: Cloud) -> None:
        self.web = TestClient(cloud.wsgi)
        given = credentials(cloud)
        domain = {"name": "Default"}
        user = {"name": given["username"], "password": given["password"], "domain": domain}
        scope = {"project": {"name": given["project_name"], "domain": domain}}
        auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}
        answer = self.web.simulate_post("/identity/v3/auth/tokens", json={"auth": auth})
        self.headers = {"X-Auth-Token": answer.headers["x-subject-token"]}
        self.project_id = answer.json["token"]["project"]["id"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.web.simulate_request(method, path, json=body, headers=self.headers)

    def fault(self, **rule: Any) -> None:
        assert self.call("POST", "/admin/faults", rule).status_code == 201

    def volume(self, name: str = "v") -> Any:
        return self.call("POST", f"/volume/v3/{self.project_id}/volumes", {"volume": {"size": 1, "name": name}})

    def volumes(self) -> list[dict[str, Any]]:
        answer = self.call("GET", f"/volume/v3/{self.project_id}/volumes/detail")
        return list(answer.json["volumes"])


@pytest.fixture
def cloud(clock: Clock) -> Any:
    cloud = make_app(None, base_url="http://simcloud", clock=clock)
    yield cloud
    cloud.close()


@pytest.fixture
def client(cloud: Cloud) -> Client:
    return Client(cloud)


def test_an_error_hits_what_it_names_and_nothing_else(client: Client):
    client.fault(kind="error", service="volume", method="POST", path="/volumes$", status=503, retry_after=7)
    refused = client.volume()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "7")
    assert refused.json["serviceUnavailable"]["code"] == 503
    assert client.volumes() == []
    assert client.call("GET", "/image/v2/images").status_code == 200
    client.call("DELETE", "/admin/faults")
    assert client.volume().status_code == 202


def test_a_seed_makes_the_same_requests_fail_again(client: Client):
    def failures() -> list[bool]:
        client.call("DELETE", "/admin/faults")
        client.fault(kind="error", service="image", rate=0.5, seed=42, status=500)
        return [client.call("GET", "/image/v2/images").status_code == 500 for _ in range(40)]

    first = failures()
    assert first == failures()
    assert 5 < sum(first) < 35


def test_skip_and_count_say_which_matches_are_hit(client: Client):
    client.fault(kind="error", service="image", skip=1, count=2, status=429)
    assert [client.call("GET", "/image/v2/images").status_code for _ in range(5)] == [200, 429, 429, 200, 200]


def test_an_answer_can_be_lost_after_the_work_was_done(client: Client):
    client.fault(kind="error", service="volume", method="POST", after=True, status=500)
    assert client.volume().status_code == 500
    assert len(client.volumes()) == 1


def test_latency_slows_a_request_down(client: Client, monkeypatch: pytest.MonkeyPatch):
    slept: list[float] = []
    monkeypatch.setattr(dispatch, "sleep", slept.append)
    client.fault(kind="latency", service="image", seconds=0.05)
    client.call("GET", "/image/v2/images")
    client.volumes()
    assert slept == [0.05]


def test_objects_get_stuck_or_fail_by_name(client: Client, clock: Clock):
    client.fault(kind="stuck_build", service="volume", name="^stuck")
    client.fault(kind="object_error", service="volume", name="^bad")
    for name in ("stuck-1", "bad-1", "good-1"):
        client.volume(name)
    clock.go(1_000)
    states = {each["name"]: each["status"] for each in client.volumes()}
    assert states == {"stuck-1": "creating", "bad-1": "error", "good-1": "available"}


def test_a_quota_fault_answers_as_an_exceeded_quota(client: Client):
    client.fault(kind="quota", service="volume", resource="gigabytes")
    refused = client.volume()
    assert refused.status_code == 413
    assert "exceeds allowed gigabytes quota" in refused.json["overLimit"]["message"]


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "flood"},
        {"kind": "error", "colour": "red"},
        {"kind": "error", "path": "("},
        {"kind": "error", "rate": "x"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(client: Client, rule: dict[str, Any]):
    assert client.call("POST", "/admin/faults", rule).status_code == 400


def test_the_admin_endpoint_counts_what_a_project_has(client: Client):
    client.volume("mine")
    answer = client.call("GET", f"/admin/objects?project_id={client.project_id}&service=volume").json
    assert answer["counts"]["volume/volumes"] == 1
    assert answer["objects"]["volume/volumes"][0]["name"] == "mine"


def test_a_reset_forgets_everything_but_the_passwords(cloud: Cloud, client: Client):
    client.volume()
    client.fault(kind="error", service="image", status=500)
    assert client.call("POST", "/admin/reset").status_code == 204
    again = Client(cloud)
    assert again.volumes() == []
    assert len(again.call("GET", "/image/v2/images").json["images"]) == 3


def test_unknown_paths_and_methods_are_answered_in_the_shape_of_their_service(client: Client):
    assert client.call("GET", "/volume/v3/x/y/z").json["itemNotFound"]["code"] == 404
    assert client.call("GET", "/identity/v9").json["error"]["title"] == "Not Found"
    assert client.call("PATCH", "/identity/v3/auth/tokens").status_code == 405
