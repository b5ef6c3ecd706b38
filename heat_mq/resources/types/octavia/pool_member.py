"""OS::Octavia::PoolMember: a server of a pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Int, List, Props, Schema, Str, Support
from heat_mq.resources.types.octavia import properties
from heat_mq.resources.types.octavia.octavia_object import OctaviaObject


class PoolMember(OctaviaObject, type="OS::Octavia::PoolMember"):
    support = Support(version="10.0.0")
    kind = "member"
    above: ClassVar[Mapping[str, str]] = {"pool": "pool"}
    inside = "pool"
    keys: ClassVar[Mapping[str, str]] = {"subnet": "subnet_id"}
    unset: ClassVar[Mapping[str, Any]] = {"weight": 1, "admin_state_up": True, "tags": []}

    class Properties(Schema):
        pool = properties.pool("Pool that it belongs to, by name or id.", required=True)
        address = Str("Address of the server.", required=True, constraint="ip_addr")
        protocol_port = Int("Port on which the server listens.", required=True, within=(1, 65535))
        monitor_address = Str("Address at which its health is asked for, if another.", constraint="ip_addr")
        monitor_port = Int("Port at which its health is asked for, if another.", within=(1, 65535))
        weight = Int(
            "Its share of the requests, compared with the others.", default=1, update=IN_PLACE, within=(0, 256)
        )
        admin_state_up = properties.admin_state_up("member")
        subnet = properties.subnet("Subnet from which the address is reached, by name or id.")
        tags = List("Tags of the member.", update=IN_PLACE, support=Support(version="13.0.0"))

    def is_in_the_way(self, successor: Props) -> bool:
        return all(self.record.properties.get(name) == successor[name] for name in ("pool", "address", "protocol_port"))
