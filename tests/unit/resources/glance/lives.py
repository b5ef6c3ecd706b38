"""The life of the type of Glance."""

from __future__ import annotations

import uuid

from tests.unit.resources.lives import Life, Make, Raw, id_of

#: Where the images' data are fetched from.
FILES = "http://192.0.2.80"
SMALL, LARGE = f"{FILES}/small.img", f"{FILES}/large.img"
PART, OTHER_PART = str(uuid.uuid4()), str(uuid.uuid4())


def image(make: Make) -> Raw:
    make("OS::Keystone::Project", name="buyer")
    return {
        "name": "small",
        "location": SMALL,
        "disk_format": "raw",
        "container_format": "bare",
        "min_disk": 1,
        "min_ram": 64,
        "visibility": "shared",
        "members": ["first", "second"],
        "tags": ["a", "b"],
        "architecture": "x86_64",
        "kernel_id": PART,
        "ramdisk_id": PART,
        "os_distro": "tiny",
        "os_version": "1",
        "owner": make("OS::Keystone::Project"),
        "protected": False,
        "active": False,
        "extra_properties": {"hw_disk_bus": "scsi", "some/thing~else": "1"},
    }


LIVES = (
    Life(
        "OS::Glance::WebImage",
        image,
        {
            "visibility": "public",
            "members": None,
            "tags": None,
            "architecture": None,
            "kernel_id": OTHER_PART,
            "ramdisk_id": OTHER_PART,
            "os_distro": "large",
            "os_version": "2",
            "owner": id_of("buyer"),
            "active": True,
            "extra_properties": {"hw_disk_bus": "virtio"},
        },
        {"location": LARGE},
        shown={
            "name": "small",
            "status": "deactivated",
            "disk_format": "raw",
            "container_format": "bare",
            "min_disk": 1,
            "min_ram": 64,
            "visibility": "shared",
            "tags": ["a", "b"],
            "protected": False,
            "architecture": "x86_64",
            "kernel_id": PART,
            "ramdisk_id": PART,
            "os_distro": "tiny",
            "os_version": "1",
            "hw_disk_bus": "scsi",
            "some/thing~else": "1",
        },
        changed={
            "status": "active",
            "visibility": "public",
            "tags": [],
            "architecture": None,
            "kernel_id": OTHER_PART,
            "ramdisk_id": OTHER_PART,
            "owner": id_of("buyer"),
            "os_distro": "large",
            "hw_disk_bus": "virtio",
            "some/thing~else": None,
            "heat_mq_resource": None,
        },
        services=("image",),
    ),
    Life(
        "OS::Glance::WebImage",
        lambda make: {
            "id": str(uuid.uuid4()),
            "location": SMALL,
            "disk_format": "raw",
            "container_format": "bare",
        },
        {"os_distro": "large"},
        {"id": str(uuid.uuid4())},
        shown={"status": "active"},
        changed={"status": "active", "os_distro": "large"},
        services=("image",),
        made_again=False,
        variant="with an id",
    ),
)
