"""OS::Cinder::Quota: how much a project may have of Cinder; for administrators."""

from __future__ import annotations

from collections.abc import Mapping

from heat_mq.resources.kit import IN_PLACE, Call, Failed, Int, Lookup, Schema, Str, Support
from heat_mq.resources.kit import quota as kit


def _limit(of: str, support: Support | None = None) -> Int:
    return Int(f"Most {of}; -1 for no limit.", update=IN_PLACE, within=(-1, None), support=support)


class Quota(kit.Quota, type="OS::Cinder::Quota"):
    service = "block-storage"
    needs_extension = "os-quota-sets"
    support = Support(version="7.0.0")

    class Properties(Schema):
        project = Str(
            "Name or id of the project.",
            required=True,
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
        )
        gigabytes = _limit("GiB of volumes and snapshots")
        volumes = _limit("volumes")
        snapshots = _limit("snapshots of volumes")
        backups = _limit("backups of volumes", Support(version="16.0.0"))
        backup_gigabytes = _limit("GiB of backups", Support(version="16.0.0"))

    def refuse(self, call: Call, limits: Mapping[str, int]) -> None:
        """Cinder would take a limit below what the project has, and the project could then not even restore it."""
        used = call.api.get(self._path(call.wanted), query={"usage": "True"})["quota_set"]
        over = [
            f"{name} is {limit} and {used[name]['in_use']} are in use"
            for name, limit in sorted(limits.items())
            if name in used and 0 <= limit < used[name]["in_use"]
        ]
        if over:
            raise Failed(f"A quota cannot be less than what the project uses: {'; '.join(over)}")
