"""Requests, retries and lookups, against a server that answers what each test scripts."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import socket
import threading
import uuid
from typing import Any

import pytest
import tenacity
from keystoneauth1.adapter import Adapter
from oslo_context import context as oslo_context

from heat_mq.clients import service, turns
from heat_mq.clients.credentials import TokenCredential, TrustCredential
from heat_mq.engine.lazy_cloud import LazyCloud
from heat_mq.errors import (
    Ambiguous,
    CloudConflict,
    CloudError,
    CloudGone,
    CloudQuota,
    CloudTransient,
    NotFound,
    ServiceMissing,
    StopActing,
)
from tests.waiting import until

A, B = str(uuid.uuid4()), str(uuid.uuid4())
NOW = {"Retry-After": "0"}


def neutron_error(kind: str, message: str) -> dict[str, Any]:
    return {"NeutronError": {"type": kind, "message": message, "detail": ""}}


def test_a_path_is_relative_to_the_versioned_endpoint(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    scripted.on("GET", "/image/v2/images", (200, {"images": []}))
    scripted.on("GET", "/compute/v2.1/servers", (200, {"servers": []}))
    assert cloud.network.get("/networks") == {"networks": []}
    assert cloud.image.get("/images") == {"images": []}
    assert cloud.compute.get("/servers", version="2.90") == {"servers": []}
    assert scripted.asked[-1].headers["OpenStack-API-Version"] == "compute 2.90"


def test_a_token_is_fetched_once_for_a_credential_and_all_its_services(scripted, clouds):
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    scripted.on("GET", "/image/v2/images", (200, {"images": []}))
    for _ in range(3):
        clouds.cloud(TrustCredential("t1")).network.get("/networks")
        clouds.cloud(TrustCredential("t1")).image.get("/images")
    assert scripted.count("POST", "/identity/v3/auth/tokens") == 1
    tokens = [each for each in scripted.asked if each.path == "/identity/v3/auth/tokens"]
    assert tokens[0].body["auth"]["scope"] == {"OS-TRUST:trust": {"id": "t1"}}


def test_a_version_document_is_read_once_for_all_credentials(scripted, clouds):
    scripted.on("GET", "/image/v2/images", (200, {"images": []}))
    for number in range(4):
        clouds.cloud(TrustCredential(f"t{number}")).image.get("/images")
    assert scripted.count("GET", "/image") + scripted.count("GET", "/image/") == 1


def test_a_token_that_is_refused_is_fetched_anew_once(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (401, {}), (200, {"networks": []}))
    assert cloud.network.get("/networks") == {"networks": []}
    assert scripted.count("POST", "/identity/v3/auth/tokens") == 2


def test_a_request_token_with_its_catalog_needs_no_keystone(scripted, clouds):
    v2 = [
        {"type": "network", "name": "n", "endpoints": [{"region": "RegionOne", "publicURL": f"{scripted.url}/network"}]}
    ]
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    for catalog in (v2, scripted.catalog()):
        credential = TokenCredential("secret", "u1", "p1", ("member",), json.dumps(catalog))
        cloud = clouds.cloud(credential)
        cloud.network.get("/networks")
        assert scripted.asked[-1].headers["X-Auth-Token"] == "secret"
        assert (cloud.user_id, cloud.project_id, cloud.roles) == ("u1", "p1", ("member",))
        assert "secret" not in repr(credential)
    assert scripted.count("POST", "/identity/v3/auth/tokens") == 0


def test_the_request_id_goes_along(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    context = oslo_context.RequestContext(overwrite=True)
    try:
        cloud.network.get("/networks")
    finally:
        del oslo_context._request_store.context
    assert scripted.asked[-1].headers["X-Openstack-Request-Id"] == context.request_id


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_get_is_repeated_while_the_service_is_overloaded(scripted, cloud, status):
    scripted.on("GET", "/network/v2.0/networks", (status, {}, NOW), (status, {}, NOW), (200, {"networks": []}))
    assert cloud.network.get("/networks") == {"networks": []}
    assert scripted.count("GET", "/network/v2.0/networks") == 3


def test_after_some_repetitions_the_failure_is_the_schedulers(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (503, {}, NOW))
    with pytest.raises(CloudTransient):
        cloud.network.get("/networks")
    assert scripted.count("GET", "/network/v2.0/networks") == 3


def test_a_wait_longer_than_the_patience_is_the_schedulers(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (429, {}, {"Retry-After": "60"}))
    with pytest.raises(CloudTransient) as raised:
        cloud.network.get("/networks")
    assert raised.value.retry_after == 60
    assert scripted.count("GET", "/network/v2.0/networks") == 1


@pytest.mark.parametrize("answer", [(500, {}), (503, {}), (0, None)])
def test_a_post_that_may_have_succeeded_is_never_repeated(scripted, cloud, answer):
    scripted.on("POST", "/network/v2.0/networks", answer)
    with pytest.raises(CloudTransient):
        cloud.network.post("/networks", {"network": {}})
    assert scripted.count("POST", "/network/v2.0/networks") == 1


def test_a_post_refused_by_a_rate_limit_is_repeated(scripted, cloud):
    scripted.on("POST", "/network/v2.0/networks", (429, {}, NOW), (201, {"network": {"id": A}}))
    assert cloud.network.post("/networks", {"network": {}}) == {"network": {"id": A}}


def test_a_service_that_does_not_listen_is_transient_and_any_call_is_tried_again(scripted, cloud):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        scripted.services["network"] = f"http://127.0.0.1:{closed.getsockname()[1]}/network"
        with pytest.raises(CloudTransient) as raised:
            cloud.network.post("/networks", {})
    assert raised.value.status == 0
    assert cloud.network._repeat_unseen.statistics["attempt_number"] == 3


def test_a_service_that_is_not_in_the_catalog_is_said_to_be_missing(scripted, cloud):
    with pytest.raises(ServiceMissing, match="no dns service"):
        cloud.service("dns").get("/zones")
    assert cloud.has("network")
    assert not cloud.has("dns")


@pytest.mark.parametrize(
    ("status", "body", "expected", "message"),
    [
        (404, neutron_error("NetworkNotFound", "Network x could not be found."), CloudGone, "Network x could not"),
        (409, neutron_error("NetworkInUse", "Unable to complete"), CloudConflict, "Unable to complete"),
        (409, neutron_error("OverQuota", "Quota exceeded for resources: ['port']."), CloudQuota, "Quota exceeded"),
        (403, {"forbidden": {"code": 403, "message": "Quota exceeded for cores"}}, CloudQuota, "cores"),
        (403, {"forbidden": {"code": 403, "message": "Policy doesn't allow it"}}, CloudError, "Policy"),
        (413, {"overLimit": {"code": 413, "message": "VolumeLimitExceeded: 10"}}, CloudQuota, "VolumeLimit"),
        (400, {"badRequest": {"code": 400, "message": "Invalid key"}}, CloudError, "Invalid key"),
        (409, {"error": {"code": 409, "message": "Conflict occurred", "title": "Conflict"}}, CloudConflict, "occurred"),
        (400, {"title": "Bad Request", "code": 400, "error": {"message": "no such type"}}, CloudError, "no such type"),
        (400, {"faultstring": "wrong", "faultcode": "Client"}, CloudError, "wrong"),
        (
            404,
            b"<html><head><title>404</title></head><body><h1>404 Not Found</h1>No image<br /></body></html>",
            CloudGone,
            "No image",
        ),
        (418, b"", CloudError, "HTTP 418"),
    ],
)
def test_an_error_speaks_the_services_own_words(scripted, cloud, status, body, expected, message):
    headers = {"X-Openstack-Request-Id": "req-1"}
    scripted.on("PUT", "/network/v2.0/x", (status, body, headers))
    with pytest.raises(CloudError, match=message) as raised:
        cloud.network.put("/x", {})
    assert type(raised.value) is expected
    assert (raised.value.status, raised.value.request_id) == (status, "req-1")
    assert "NeutronError" not in str(raised.value)


def test_all_pages_are_read(scripted, cloud):
    def pages(asked):
        if asked.path != "/compute/v2.1/servers":
            return None
        if "marker" in asked.query:
            return 200, {"servers": [{"id": 2}]}
        link = {"rel": "next", "href": f"{scripted.url}/elsewhere/servers?marker=1"}
        return 200, {"servers": [{"id": 1}], "servers_links": [link]}

    scripted.handlers.insert(0, pages)
    assert [item["id"] for item in cloud.compute.each("/servers", "servers")] == [1, 2]


def networks(*found):
    """A handler that lists and shows networks as Neutron does."""

    def handler(asked):
        if asked.path.startswith("/network/v2.0/networks/"):
            wanted = asked.path.rsplit("/", 1)[1]
            one = [item for item in found if item["id"] == wanted]
            return (200, {"network": one[0]}) if one else (404, neutron_error("NetworkNotFound", "no"))
        if asked.path != "/network/v2.0/networks":
            return None
        name = asked.query.removeprefix("name=") if asked.query else None
        return 200, {"networks": [item for item in found if name in (None, item["name"])]}

    return handler


def test_a_name_and_an_id_are_both_found(scripted, cloud):
    scripted.handlers.insert(0, networks({"id": A, "name": "front"}))
    assert cloud.network.find("network", "front") == A
    assert cloud.network.find("network", A) == A


def test_a_name_is_looked_up_once_in_a_burst(scripted, cloud):
    scripted.handlers.insert(0, networks({"id": A, "name": "front"}))
    for _ in range(5):
        cloud.network.find("network", "front")
    assert scripted.count("GET", "/network/v2.0/networks") == 1


def test_a_name_that_nothing_has_is_answered_with_the_nearest(scripted, cloud):
    scripted.handlers.insert(0, networks({"id": A, "name": "frontend"}))
    with pytest.raises(
        NotFound, match=r"The network \(frontent\) could not be found. Did you mean 'frontend'"
    ) as raised:
        cloud.network.find("network", "frontent")
    assert raised.value.fields["suggestion"] == "frontend"


def test_a_name_that_two_share_is_ambiguous(scripted, cloud):
    scripted.handlers.insert(0, networks({"id": A, "name": "x"}, {"id": B, "name": "x"}))
    with pytest.raises(Ambiguous, match="give the id"):
        cloud.network.find("network", "x")


def test_of_two_with_one_name_the_one_of_the_own_project_is_meant(scripted, cloud):
    mine, other = {"id": A, "name": "x", "project_id": "p1"}, {"id": B, "name": "x", "project_id": "p2"}
    scripted.handlers.insert(0, networks(mine, other))
    assert cloud.network.find("network", "x") == A


def test_a_kind_that_needs_an_extension_is_looked_up_only_where_it_is_offered(scripted, clouds):
    scripted.on("GET", "/network/v2.0/extensions", (200, {"extensions": [{"alias": "router"}]}))
    network = clouds.cloud(TrustCredential("t1")).network
    assert network.extensions() == {"router"}
    with pytest.raises(NotFound, match="extension qos"):
        network.find("qos_policy", "gold")
    assert clouds.cloud(TrustCredential("t2")).network.extensions() == {"router"}
    assert scripted.count("GET", "/network/v2.0/extensions") == 1


def test_a_flavor_is_found_by_name_and_by_an_id_that_is_no_uuid(scripted, cloud):
    flavor = {"id": "42", "name": "m1.small"}
    scripted.on("GET", "/compute/v2.1/flavors", (200, {"flavors": [flavor]}))
    scripted.on("GET", "/compute/v2.1/flavors/42", (200, {"flavor": flavor}))
    assert cloud.compute.find("flavor", "42") == "42"
    assert cloud.compute.find("flavor", "m1.small") == "42"
    with pytest.raises(NotFound, match=r"Did you mean 'm1\.small'"):
        cloud.compute.find("flavor", "m1.smal")


def test_many_threads_may_share_one_connection(scripted, clouds):
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))

    def work(number: int) -> Any:
        return clouds.cloud(TrustCredential(f"t{number % 3}")).network.get("/networks")

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert list(pool.map(work, range(96))) == [{"networks": []}] * 96
    assert scripted.count("POST", "/identity/v3/auth/tokens") <= 6


# --- flow -------------------------------------------------------------------------------------


def test_a_token_that_many_calls_are_refused_with_is_fetched_anew_once(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    cloud.network.get("/networks")
    old = scripted.asked[-1].headers["X-Auth-Token"]
    all_refused = threading.Barrier(8, timeout=60)

    def networks(asked):
        if asked.path != "/network/v2.0/networks":
            return None
        if asked.headers["X-Auth-Token"] != old:
            return 200, {"networks": []}
        all_refused.wait()
        return 401, {}

    scripted.handlers.insert(0, networks)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: cloud.network.get("/networks"), range(8)))
    assert answers == [{"networks": []}] * 8
    assert scripted.count("POST", "/identity/v3/auth/tokens") == 2


def test_a_new_token_that_is_refused_too_is_an_error(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (401, {"error": {"message": "no"}}))
    with pytest.raises(CloudError) as raised:
        cloud.network.get("/networks")
    assert raised.value.status == 401
    assert scripted.count("GET", "/network/v2.0/networks") == 2


def test_a_request_token_that_is_refused_is_an_error_at_once(scripted, clouds):
    scripted.on("GET", "/network/v2.0/networks", (401, {}))
    credential = TokenCredential("secret", "u1", "p1", ("member",), json.dumps(scripted.catalog()))
    with pytest.raises(CloudError) as raised:
        clouds.cloud(credential).network.get("/networks")
    assert raised.value.status == 401
    assert scripted.count("GET", "/network/v2.0/networks") == 1


def test_credentials_of_one_project_share_the_limit_of_a_service(scripted, clouds):
    scripted.on("GET", "/network/v2.0/networks", (503, {}))
    scripted.on("GET", "/image/v2/images", (200, {"images": []}))
    for trust in ("t1", "t2"):
        with pytest.raises(CloudTransient):
            clouds.cloud(TrustCredential(trust)).network.get("/networks")
    limits = clouds._limits
    assert clouds.cloud(TrustCredential("t1")).image.get("/images") == {"images": []}
    assert limits.of("network", "RegionOne", "p1").limit == 1  # 16, and six answers 503
    assert limits.of("image", "RegionOne", "p1").limit == 16


def test_in_a_step_a_wait_of_a_second_is_the_schedulers(scripted, cloud):
    scripted.on("GET", "/network/v2.0/networks", (503, {}, {"Retry-After": "2"}))
    with turns.step(), pytest.raises(CloudTransient):
        cloud.network.get("/networks")
    assert scripted.count("GET", "/network/v2.0/networks") == 1


def test_the_guard_is_asked_again_when_a_call_has_waited_for_its_turn(scripted, cloud):
    scripted.on("POST", "/network/v2.0/networks", (201, {}))
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    lost = False

    def guard():
        if lost:
            raise StopActing("lost")

    api = LazyCloud(lambda: cloud, guard).network
    api.post("/networks", {})
    limit = cloud.network._the_limit()
    with contextlib.ExitStack() as held:
        for _ in range(limit.limit):
            held.enter_context(limit.call("GET"))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(api.post, "/networks", {})
            until(lambda: limit.waiting == 1, "the call waits", every=0.005)
            lost = True
            held.close()
            with pytest.raises(StopActing):
                answer.result(timeout=60)
    assert api.get("/networks") == {"networks": []}
    assert scripted.count("POST", "/network/v2.0/networks") == 1


def test_pauses_grow_to_a_bound_and_differ():
    def pause(attempt, error):
        state = tenacity.RetryCallState(tenacity.Retrying(), None, (), {})
        state.attempt_number = attempt
        state.set_exception((type(error), error, None))
        return service._wait(state)

    refused = CloudTransient("no", status=503)
    assert 0.16 <= pause(1, refused) <= 0.24 < 0.32 <= pause(2, refused) <= 0.48
    assert pause(30, refused) <= service.LONGEST_PAUSE * 1.2
    assert len({pause(1, refused) for _ in range(10)}) > 1
    assert 7 <= pause(1, CloudTransient("no", status=429, retry_after=7)) <= 7 * 1.2


def test_the_catalog_is_not_searched_for_each_request(scripted, cloud, monkeypatch):
    scripted.on("GET", "/network/v2.0/networks", (200, {"networks": []}))
    cloud.network.get("/networks")
    searched = []
    search = Adapter.get_endpoint
    monkeypatch.setattr(Adapter, "get_endpoint", lambda *args, **kwargs: searched.append(1) or search(*args, **kwargs))
    for _ in range(3):
        cloud.network.get("/networks")
    assert searched == []


def test_a_url_with_a_percent_sign_is_left_as_it_is(scripted, cloud):
    scripted.services["network"] = "/network%20east"
    scripted.on("GET", "/network%20east/v2.0/networks", (200, {"networks": []}))
    assert cloud.network.get("/networks") == {"networks": []}
