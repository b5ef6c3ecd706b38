"""The lives of volumes and of what attaches them."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.lives import Life as AnyLife
from tests.unit.resources.lives import Make, Raw


class Life(AnyLife):
    def __init__(self, type_name: str, begin: Any, **more: Any) -> None:
        values = {"user": "demo", "services": ("block-storage",), **more}
        super().__init__(f"OS::Cinder::{type_name}", begin, **values)


def disk(make: Make) -> Raw:
    make("OS::Cinder::VolumeType", name="other-type")
    return {
        "size": 1,
        "name": "disk",
        "description": "For data",
        "volume_type": "lvmdriver-1",
        "availability_zone": "nova",
        "metadata": {"floor": 3, "side": "left"},
        "read_only": True,
    }


def attachment(make: Make) -> Raw:
    server = make("OS::Nova::Server", image="cirros", flavor="m1.nano", networks=[{"allocate_network": "none"}])
    make("OS::Cinder::Volume", name="other-disk", size=1)
    return {"instance_uuid": server, "volume_id": make("OS::Cinder::Volume", size=1), "mountpoint": "/dev/vdc"}


LIVES = (
    Life(
        "Volume",
        disk,
        change={
            "size": 2,
            "name": "store",
            "description": "For more",
            "volume_type": "other-type",
            "metadata": {"floor": 4},
            "read_only": False,
        },
        replace={"image": "cirros"},
        shown={"name": "disk", "description": "For data", "size": 1, "status": "available", "bootable": "false"}
        | {"metadata": {"floor": "3", "side": "left", "readonly": "True"}, "volume_type": "lvmdriver-1"},
        changed={"name": "store", "description": "For more", "size": 2, "volume_type": "other-type"}
        | {"metadata": {"floor": "4", "readonly": "False"}, "status": "available"},
        user="admin",
    ),
    Life(
        "Volume",
        lambda make: {"size": 1, "image": "cirros"},
        change={"size": 3},
        replace={"image": "cirros-0.3.3-x86_64"},
        shown={"size": 1, "bootable": "true"},
        changed={"size": 3},
        variant="of an image",
    ),
    Life(
        "Volume",
        lambda make: {"source_volid": make("OS::Cinder::Volume", size=1), "multiattach": False},
        change={"name": "copy"},
        shown={"size": 1},
        changed={"name": "copy"},
        variant="of a volume",
    ),
    Life(
        "VolumeAttachment",
        attachment,
        comes_back_alike=False,  # attached anew
        services=("compute", "block-storage"),
    ),
)
