"""The lives of Cinder's types."""

from __future__ import annotations

from tests.unit.resources.cinder.volume_lives import LIVES as VOLUMES
from tests.unit.resources.lives import Life

CINDER = ("block-storage",)

LIVES = (
    *VOLUMES,
    Life(
        "OS::Cinder::VolumeType",
        lambda make: {
            "name": "fast",
            "description": "On flash",
            "is_public": False,
            "projects": ["demo", "admin"],
            "metadata": {"volume_backend_name": "flash", "compressed": True},
        },
        {"name": "slow", "description": None, "is_public": True, "projects": None, "metadata": {"tape": "yes"}},
        shown={"name": "fast", "description": "On flash", "is_public": False},
        changed={"name": "slow", "description": "", "is_public": True, "extra_specs": {"tape": "yes"}},
        services=CINDER,
    ),
    Life(
        "OS::Cinder::EncryptedVolumeType",
        lambda make: {
            "volume_type": make("OS::Cinder::VolumeType", name="safe"),
            "provider": "luks",
            "control_location": "back-end",
            "cipher": "aes-xts-plain64",
            "key_size": 256,
        },
        {"provider": "plain", "control_location": None, "cipher": None, "key_size": 512},
        {"volume_type": "lvmdriver-1"},
        shown={"provider": "luks", "control_location": "back-end", "cipher": "aes-xts-plain64", "key_size": 256},
        changed={"provider": "plain", "control_location": "front-end", "cipher": None, "key_size": 512},
        services=CINDER,
    ),
    Life(
        "OS::Cinder::QoSSpecs",
        lambda make: {"name": "gold", "specs": {"consumer": "front-end", "read_iops_sec": 1000, "total": "9"}},
        {"specs": {"write_iops_sec": 500, "total": "10"}},
        {"name": "silver"},
        shown={"name": "gold", "consumer": "front-end", "specs": {"read_iops_sec": "1000", "total": "9"}},
        changed={"consumer": "back-end", "specs": {"write_iops_sec": "500", "total": "10"}},
        services=CINDER,
    ),
    Life(
        "OS::Cinder::QoSAssociation",
        lambda make: {
            "qos_specs": make("OS::Cinder::QoSSpecs", specs={"a": "b"}),
            "volume_types": [make("OS::Cinder::VolumeType", name="first"), make("OS::Cinder::VolumeType", name="2nd")],
        },
        {"volume_types": ["2nd", "lvmdriver-1"]},
        services=CINDER,
        can_be_gone=False,
    ),
    Life(
        "OS::Cinder::Quota",
        lambda make: {
            "project": "demo",
            "volumes": 3,
            "gigabytes": 30,
            "snapshots": -1,
            "backups": 5,
            "backup_gigabytes": 50,
        },
        {"volumes": 4, "gigabytes": None, "snapshots": 0, "backups": 6, "backup_gigabytes": 60},
        {"project": "alt_demo"},
        shown={"volumes": 3, "gigabytes": 30, "snapshots": -1, "backups": 5, "backup_gigabytes": 50},
        changed={"volumes": 4, "gigabytes": -1, "snapshots": 0, "backups": 6, "backup_gigabytes": 60},
        services=CINDER,
        can_be_gone=False,
    ),
)
