"""OS::Octavia::HealthMonitor: how a pool finds out which of its members are well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Int, List, Props, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.octavia_object import OctaviaObject


class HealthMonitor(OctaviaObject, type="OS::Octavia::HealthMonitor"):
    support = Support(version="10.0.0")
    kind = "healthmonitor"
    above: ClassVar[Mapping[str, str]] = {"pool": "pool"}
    keys: ClassVar[Mapping[str, str]] = {"pool": "pool_id", "tenant_id": "project_id"}
    unset: ClassVar[Mapping[str, Any]] = {"admin_state_up": True}

    class Properties(Schema):
        admin_state_up = properties.admin_state_up("health monitor")
        delay = Int("Seconds between two checks of a member.", required=True, update=IN_PLACE, within=(0, None))
        expected_codes = Str("HTTP codes of a member that is well: 200, a list or a range.", update=IN_PLACE)
        http_method = Str(
            "HTTP method of a check.",
            update=IN_PLACE,
            allowed=("GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PATCH"),
        )
        max_retries = Int("Checks that decide that a member is well.", required=True, update=IN_PLACE, within=(1, 10))
        pool = properties.pool("Pool that it watches, by name or id.", required=True)
        timeout = Int("Seconds after which a check has failed.", required=True, update=IN_PLACE, within=(0, None))
        type = Str("How members are checked.", required=True, allowed=("PING", "TCP", "HTTP", "HTTPS", "UDP-CONNECT"))
        url_path = Str("Path that an HTTP check asks for.", update=IN_PLACE)
        tenant_id = properties.project("health monitor")

    class Attributes(Schema):
        pools = List("The pool that it watches.")

    def is_in_the_way(self, successor: Props) -> bool:
        """A pool has one monitor."""
        return bool(self.record.properties.get("pool") == successor.pool)
