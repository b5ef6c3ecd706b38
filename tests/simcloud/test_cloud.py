"""What holds for the cloud as a whole."""

from __future__ import annotations

from pathlib import Path

import requests
from hypothesis import given
from hypothesis import strategies as st
from openstack.connection import Connection

from heat_mq.simcloud.listing import paged
from tests.simcloud.serving import Served


def test_a_second_start_finds_objects_passwords_and_tokens_at_its_new_address(tmp_path: Path):
    first = Served(state_dir=tmp_path)
    with first.connect() as demo:
        volume = demo.block_storage.create_volume(size=1, name="kept")
        token = demo.authorize()
    first.close()
    second = Served(state_dir=tmp_path)
    assert second.password("demo") == first.password("demo")
    answer = requests.get(f"{second.url}/identity/v3/auth/catalog", headers={"X-Auth-Token": token}, timeout=60)
    urls = [each["url"] for entry in answer.json()["catalog"] for each in entry["endpoints"]]
    assert f"{second.url}/identity" in urls
    assert not [each for each in urls if each.startswith(f"{first.url}/")]
    with second.connect() as demo:
        assert demo.block_storage.get_volume(volume.id).name == "kept"
        assert len(list(demo.image.images())) == 3
    second.close()


def test_state_directories_have_passwords_of_their_own(served: Served):
    other = Served()
    assert other.password("demo") != served.password("demo")
    other.close()


def test_every_service_of_the_cloud_tells_its_versions_to_anybody(served: Served):
    roots = {service.root for service in served.cloud.services.values() if service.catalog} - {"/object-store"}
    assert roots >= {"/identity", "/image", "/volume"}
    for root in roots:
        answer = requests.get(served.url + root, timeout=60)
        assert answer.status_code in (200, 300), root
        assert "version" in answer.text, root


def test_an_object_store_has_no_document_of_versions(served: Served):
    # Swift's versions are in /info alone; clients take the URL of the catalog as it is.
    assert requests.get(f"{served.url}/object-store", timeout=60).status_code == 404


def test_every_service_of_the_cloud_refuses_a_wrong_token(served: Served, demo: Connection):
    paths = {"identity": "/v3/users", "image": "/v2/images", "volume": f"/v3/{demo.current_project_id}/volumes"}
    for name, path in paths.items():
        url = served.url + served.cloud.services[name].root + path
        answer = requests.get(url, headers={"X-Auth-Token": "nonsense"}, timeout=60)
        assert answer.status_code == 401, name
        assert answer.headers["WWW-Authenticate"].startswith("Keystone uri=")
        assert answer.headers["x-openstack-request-id"].startswith("req-")


def test_a_reset_leaves_the_catalog_in_place(served: Served):
    requests.post(f"{served.url}/admin/reset", timeout=60).raise_for_status()
    with served.connect() as demo:
        assert list(demo.block_storage.volumes()) == []


@given(count=st.integers(0, 20), limit=st.integers(1, 7))
def test_pages_one_after_the_other_make_the_whole_list(count: int, limit: int):
    documents = [{"id": str(number)} for number in range(count)]
    seen: list[dict[str, str]] = []
    query: dict[str, str] = {"limit": str(limit)}
    while page := paged(documents, query):
        seen += page
        query["marker"] = page[-1]["id"]
    assert seen == documents
