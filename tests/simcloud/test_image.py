"""Glance as openstacksdk meets it."""

from __future__ import annotations

import hashlib

import pytest
import requests
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Clock, Served


def test_the_seeded_images_are_there_for_everybody(demo: Connection, alt_demo: Connection):
    names = {"cirros", "cirros-0.3.3-x86_64", "trusty-server-cloudimg-amd64"}
    assert {each.name for each in demo.image.images()} == names
    assert {each.name for each in alt_demo.image.images(status="active", visibility="public")} == names
    cirros = demo.image.find_image("cirros", ignore_missing=False)
    assert demo.image.find_image(cirros.id, ignore_missing=False).status == "active"
    assert [each.id for each in demo.image.images(name="cirros")] == [cirros.id]


def test_an_uploaded_image_is_active_and_comes_back_as_it_was(demo: Connection):
    data = b"image data"
    image = demo.image.create_image(
        "own", data=data, disk_format="raw", container_format="bare", validate_checksum=False, os_distro="x"
    )
    image = demo.image.get_image(image.id)
    assert (image.status, image.size, image.checksum) == ("active", 10, hashlib.md5(data).hexdigest())
    assert image.os_distro == "x"
    assert demo.image.download_image(image).content == data
    demo.image.delete_image(image)
    with pytest.raises(exceptions.NotFoundException):
        demo.image.get_image(image.id)


def test_another_projects_image_is_not_there_until_it_is_shared(demo: Connection, alt_demo: Connection):
    image = demo.image.create_image("own", disk_format="raw", container_format="bare", visibility="shared")
    with pytest.raises(exceptions.NotFoundException):
        alt_demo.image.get_image(image.id)
    demo.image.add_member(image, member_id=alt_demo.current_project_id)
    assert alt_demo.image.get_image(image.id).name == "own"
    with pytest.raises(exceptions.ForbiddenException):
        alt_demo.image.update_image(image.id, name="mine")
    updated = demo.image.update_image(image.id, name="renamed", hw_disk_bus="scsi")
    assert (updated.name, updated.hw_disk_bus) == ("renamed", "scsi")


def test_a_protected_image_is_not_deleted_and_members_do_not_publish(demo: Connection):
    image = demo.image.create_image("own", disk_format="raw", container_format="bare", is_protected=True)
    with pytest.raises(exceptions.ForbiddenException):
        demo.image.delete_image(image.id)
    with pytest.raises(exceptions.ForbiddenException):
        demo.image.update_image(image.id, visibility="public")
    with pytest.raises(exceptions.BadRequestException):
        demo.image.create_image("bad", disk_format="floppy", container_format="bare")


def test_a_web_download_takes_a_while(demo: Connection, clock: Clock):
    image = demo.image.create_image("web", disk_format="qcow2", container_format="bare")
    demo.image.import_image(image, method="web-download", uri="http://example.org/image")
    assert demo.image.get_image(image.id).status == "importing"
    clock.go(5)
    assert demo.image.get_image(image.id).status == "active"


@pytest.mark.parametrize(
    "uri",
    [
        *("ftp://example.org/image", "http://127.0.0.1/image", "http://[::1]/i", "http://169.254.169.254/latest"),
        *("http://", "http://example.org:8080/image", "http://localhost/image", "http://example.org:none/image"),
    ],
)
def test_data_are_fetched_from_usual_ports_of_other_machines_alone(demo: Connection, uri: str):
    image = demo.image.create_image("web", disk_format="qcow2", container_format="bare")
    wanted = {"method": {"name": "web-download", "uri": uri}}
    answer = demo.image.post(f"/images/{image.id}/import", json=wanted)  # the SDK's own verb drops the answer
    assert answer.status_code == 400
    assert "does not pass filtering" in answer.text


def test_tags_are_set_and_removed(demo: Connection):
    image = demo.image.create_image("own", disk_format="raw", container_format="bare")
    demo.image.add_tag(image, "blue")
    assert [each.id for each in demo.image.images(tag="blue")] == [image.id]
    demo.image.remove_tag(image, "blue")
    assert demo.image.get_image(image.id).tags == []


def test_errors_are_pages_as_glance_sends_them(served: Served, demo: Connection):
    headers = {"X-Auth-Token": demo.authorize()}
    answer = requests.get(f"{served.url}/image/v2/images/none", headers=headers, timeout=60)
    assert answer.status_code == 404
    assert "<title>404 Not Found</title>" in answer.text
    assert "No image found with ID none" in answer.text
