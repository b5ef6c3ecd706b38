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
MORE = {key: value + 1 for key, value in LIMITS.items()} | {"ram": None, "instances": -1}
#: What Nova takes and does not keep.
OF_NETWORKS = ("fixed_ips", "floating_ips", "security_groups", "security_group_rules")

LIVES = (
    *SERVERS,
    Life(
        "OS::Nova::Quota",
        lambda make: {"project": "demo", **LIMITS},
        MORE,
        {"project": "alt_demo"},
        shown={key: value for key, value in LIMITS.items() if key not in OF_NETWORKS},
        changed={key: value for key, value in MORE.items() if key not in OF_NETWORKS} | {"ram": -1},
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
        "OS::Nova::HostAggregate",
        lambda make: {"name": "rack"},
        {"hosts": [HOST]},
        shown={"name": "rack", "hosts": []},
        changed={"name": "rack", "hosts": [HOST]},
        services=("compute",),
        variant="that takes a host",
    ),
    Life(
        "OS::Nova::Flavor",
        lambda make: {
            "name": "small",
            "flavorid": "small-one",
            "ram": 64,
            "vcpus": 1,
            "disk": 2,
            "swap": 32,
            "ephemeral": 1,
            "rxtx_factor": 2.5,
            "is_public": False,
            "tenants": ["demo"],
            "extra_specs": {"hw:a": "1"},
        },
        {"extra_specs": {"hw:b": "2"}, "tenants": ["admin"]},
        {"name": "tiny", "flavorid": "tiny-one", "ram": 32},
        shown={"id": "small-one", "name": "small", "ram": 64, "disk": 2, "swap": 32, "rxtx_factor": 2.5},
        changed={"id": "small-one", "name": "small", "ram": 64},
        services=("compute",),
    ),
    Life(
        "OS::Nova::ServerGroup",
        lambda make: {"policies": ["anti-affinity"]},
        replace={"policies": ["affinity"]},
        shown={"policies": ["anti-affinity"]},
        services=("compute",),
    ),
    Life(
        "OS::Nova::ServerGroup",
        lambda make: {"name": "apart", "policies": ["anti-affinity"], "rules": {"max_server_per_host": 2}},
        replace={"name": "far apart", "rules": {"max_server_per_host": 1}},
        shown={"name": "apart", "policies": ["anti-affinity"]},
        services=("compute",),
        found_again=False,  # it has no place for a mark
        variant="with a name",
    ),
)
