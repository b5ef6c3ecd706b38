"""Cinder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heat_mq.clients.service import Kind, Service


class Volume(Service):
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "volume": Kind("/volumes", "volumes", "volume", detail="/volumes/detail"),
        "snapshot": Kind("/snapshots", "snapshots", "snapshot", word="volume snapshot", detail="/snapshots/detail"),
        "backup": Kind("/backups", "backups", "backup", word="volume backup", detail="/backups/detail"),
        "volume_type": Kind("/types", "volume_types", "volume_type", by_name="", query={"is_public": "None"}),
        "qos_specs": Kind("/qos-specs", "qos_specs", "qos_specs", word="QoS specs", by_name=""),
    }
