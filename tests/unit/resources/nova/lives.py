"""The lives of Nova's types."""

from __future__ import annotations

from heat_mq.simcloud.nova.server_creation import HOST
from tests.unit.resources.lives import Life
from tests.unit.resources.nova.server_lives import LIVES as SERVERS

LIMITS = {
    "cores": 20,
    "instances": 10,
    "ram": 51200,
    "key_pairs": 7,
    "metadata_items": 64,
    "server_groups": 5,
    "server_group_members": 6,
    "fixed_ips": 9,
    "floating_ips": 8,
    "security_groups": 3,
    "security_group_rules": 30,
    "injected_files": 2,
    "injected_file_content_bytes": 1024,
    "injected_file_path_bytes": 64,
}
#: What Nova takes and does not keep.
OF_NETWORKS = ("fixed_ips", "floating_ips", "security_groups", "security_group_rules")

LIVES = (
    *SERVERS,
    Life(
        "OS::Nova::Quota",
        lambda make: {"project": "demo", **LIMITS},
        {"cores": 40, "ram": None, "instances": -1},
        {"project": "alt_demo"},
        shown={key: value for key, value in LIMITS.items() if key not in OF_NETWORKS},
        changed={"cores": 40, "ram": -1, "instances": -1, "key_pairs": 7},
        services=("compute",),
        can_be_gone=False,
    ),
    Life(
        "OS::Nova::HostAggregate",
        lambda make: {
            "name": "rack",
            "availability_zone": "north",
            "hosts": [HOST],
            "metadata": {"ssd": True, "floor": "1"},
        },
        {"name": "shelf", "availability_zone": "south", "metadata": {"floor": "2"}},
        shown={"name": "rack", "availability_zone": "north", "hosts": [HOST]},
        changed={"name": "shelf", "metadata": {"floor": "2", "availability_zone": "south"}, "hosts": [HOST]},
        services=("compute",),
    ),
    Life(
        "OS::Nova::Flavor",
        lambda make: {
            "name": "small",
            "flavorid": "small-one",
            "ram": 64,
            "vcpus": 1,
            "is_public": False,
            "tenants": ["demo"],
            "extra_specs": {"hw:a": "1"},
        },
        {"extra_specs": {"hw:b": "2"}, "tenants": ["admin"]},
        {"name": "tiny", "flavorid": "tiny-one", "ram": 32},
        shown={"id": "small-one", "name": "small", "ram": 64},
        changed={"id": "small-one", "name": "small", "ram": 64},
        services=("compute",),
    ),
    # Not by name: a named group has no place for a mark, and may be made twice.
    Life(
        "OS::Nova::ServerGroup",
        lambda make: {"policies": ["anti-affinity"]},
        replace={"policies": ["affinity"]},
        shown={"policies": ["anti-affinity"]},
        services=("compute",),
    ),
)
