"""OS::Nova::Quota: how much a project may have of Nova; for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit import IN_PLACE, Call, Int, Lookup, Schema, Str, Support
from heat_mq.resources.kit import quota as kit

_OF_FILES = Support("DEPRECATED", "14.0.0")
_NOT_KEPT = frozenset({"fixed_ips", "floating_ips", "security_groups", "security_group_rules"})


def _limit(of: str, support: Support | None = None) -> Int:
    return Int(f"Most {of}; -1 for no limit.", update=IN_PLACE, within=(-1, None), support=support)


class Quota(kit.Quota, type="OS::Nova::Quota"):
    """Limits of addresses and security groups are Neutron's matter: Nova takes them and keeps none."""

    service = "compute"
    support = Support(version="8.0.0")

    class Properties(Schema):
        project = Str(
            "Name or id of the project.",
            required=True,
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
        )
        cores = _limit("virtual processors")
        fixed_ips = _limit("fixed addresses")
        floating_ips = _limit("floating addresses")
        injected_file_content_bytes = _limit("bytes of a file put into a new server", _OF_FILES)
        injected_file_path_bytes = _limit("bytes of the path of such a file", _OF_FILES)
        injected_files = _limit("files put into a new server", _OF_FILES)
        instances = _limit("servers")
        key_pairs = _limit("key pairs of a user")
        metadata_items = _limit("metadata items of a server")
        ram = _limit("MiB of memory")
        security_groups = _limit("security groups")
        security_group_rules = _limit("rules of a security group")
        server_groups = _limit("server groups")
        server_group_members = _limit("servers of a server group")

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        seen = super().live_properties(call, live)
        return {name: limit for name, limit in seen.items() if name not in _NOT_KEPT}
