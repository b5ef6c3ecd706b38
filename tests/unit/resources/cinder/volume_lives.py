"""The lives of volumes and of what attaches them."""

from __future__ import annotations

from typing import Any

from tests.unit.resources.cinder.copies import BACKUP, OTHER_BACKUP, SNAPSHOT, backups, snapshot
from tests.unit.resources.lives import Life as AnyLife
from tests.unit.resources.lives import Make, Raw, id_of


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


def copy(make: Make) -> Raw:
    disk = make("OS::Cinder::Volume", size=1)
    return {
        "source_volid": disk,
        "description": "A copy",
        "multiattach": False,
        "scheduler_hints": {"same_host": [disk]},
    }


def restored(make: Make) -> Raw:
    return {
        "backup_id": BACKUP,
        "name": "restored",
        "description": "For data",
        "metadata": {"floor": 3},
        "read_only": True,
    }


def attachment(make: Make) -> Raw:
    bare = {"image": "cirros", "flavor": "m1.nano", "networks": [{"allocate_network": "none"}]}
    server = make("OS::Nova::Server", name="server", **bare)
    make("OS::Nova::Server", name="other-server", **bare)
    make("OS::Cinder::Volume", name="other-disk", size=1)
    return {
        "instance_uuid": server,
        "volume_id": make("OS::Cinder::Volume", name="disk", size=1),
        "mountpoint": "/dev/vdc",
    }


LIVES = (
    Life(
        "Volume",
        disk,
        change={
            "name": "store",
            "description": "For more",
            "volume_type": "other-type",
            "metadata": {"floor": 4},
            "read_only": False,
        },
        replace={"image": "cirros"},
        shown={"name": "disk", "description": "For data", "size": 1, "status": "available", "bootable": "false"}
        | {"metadata": {"floor": "3", "side": "left", "readonly": "True"}, "volume_type": "lvmdriver-1"},
        changed={"name": "store", "description": "For more", "size": 1, "volume_type": "other-type"}
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
        changes_back=False,  # a volume never shrinks; test_volume_taken_back.py tells what becomes of it
        variant="of an image",
    ),
    Life(
        "Volume",
        copy,
        change={"name": "copy"},
        shown={"size": 1, "description": "A copy"},
        changed={"name": "copy", "description": "A copy"},
        variant="of a volume",
    ),
    Life(
        "Volume",
        lambda make: {"snapshot_id": SNAPSHOT, "size": 2},
        change={"size": 3},
        shown={"size": 2, "snapshot_id": SNAPSHOT},
        changed={"size": 3},
        changes_back=False,  # as above
        variant="of a snapshot",
        ground=snapshot,
    ),
    Life(
        "Volume",
        restored,
        change={"backup_id": OTHER_BACKUP, "name": "store", "read_only": False},
        shown={"name": "restored", "description": "For data", "status": "available", "size": 1}
        | {"metadata": {"floor": "3", "readonly": "True", "src_backup_id": BACKUP}},
        changed={"name": "store", "status": "available", "size": 1}
        | {"metadata": {"floor": "3", "readonly": "False", "src_backup_id": OTHER_BACKUP}},
        variant="of a backup",
        ground=backups,
    ),
    Life(
        "VolumeAttachment",
        attachment,
        change={"instance_uuid": id_of("other-server"), "volume_id": id_of("other-disk"), "mountpoint": "/dev/vdd"},
        shown={"serverId": id_of("server"), "volumeId": id_of("disk")},  # most hypervisors choose the device
        changed={"serverId": id_of("other-server"), "volumeId": id_of("other-disk")},
        keeps_reference=False,  # as in Heat
        comes_back_alike=False,  # attached anew
        services=("compute", "block-storage"),
    ),
)
