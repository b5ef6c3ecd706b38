"""Cinder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.clients import turns
from heat_mq.clients.service import Kind, Service, quoted


class Volume(Service):
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "volume": Kind("/volumes", "volumes", "volume", detail="/volumes/detail"),
        "snapshot": Kind("/snapshots", "snapshots", "snapshot", word="volume snapshot", detail="/snapshots/detail"),
        "backup": Kind("/backups", "backups", "backup", word="volume backup", detail="/backups/detail"),
        "volume_type": Kind("/types", "volume_types", "volume_type", by_name="", query={"is_public": "None"}),
        "qos_specs": Kind("/qos-specs", "qos_specs", "qos_specs", word="QoS specs", by_name=""),
    }

    def associate_qos(self, specs_id: str, type_id: str) -> None:
        """Have volumes of a type follow QoS specs; raises CloudError when the type follows others."""
        self._change_qos(specs_id, "associate", type_id)

    def disassociate_qos(self, specs_id: str, type_id: str | None = None) -> None:
        """Have a type, or without one every type, follow QoS specs no more; quiet when it does not."""
        self._change_qos(specs_id, "disassociate" if type_id else "disassociate_all", type_id)

    def _change_qos(self, specs_id: str, action: str, type_id: str | None) -> None:
        turns.check_guard()  # Cinder changes this by GET, which is checked for nobody
        query = {"vol_type_id": type_id} if type_id else None
        self.get(f"/qos-specs/{quoted(specs_id)}/{action}", query=query)
