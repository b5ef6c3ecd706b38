"""The type itself: a server does the work."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.groups.launch import device_problems, is_given
from heat_mq.resources.kit import Call, CloudGone, Outcome, Props, Resource
from heat_mq.resources.types.nova.instance.as_server import as_server, changed_names
from heat_mq.resources.types.nova.instance.schema import InstanceAttributes, InstanceProperties
from heat_mq.resources.types.nova.server import attributes, status
from heat_mq.resources.types.nova.server.server import Server
from heat_mq.template.marks import UNKNOWN

NO_ADDRESS: Final = "0.0.0.0"
GROUPS: Final = ("SecurityGroups", "SecurityGroupIds")
ZONE: Final = "OS-EXT-AZ:availability_zone"


class Instance(Resource, type="AWS::EC2::Instance"):
    service = "compute"
    name_limit: ClassVar[int | None] = Server.name_limit
    made_in_parts: ClassVar[bool] = Server.made_in_parts

    class Properties(InstanceProperties):
        pass

    class Attributes(InstanceAttributes):
        pass

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        yield from device_problems(props.get("BlockDeviceMappings"))
        if any(_is_set(props.get(name)) for name in GROUPS) and _is_set(props.get("NetworkInterfaces")):
            yield Problem("security groups are those of the NetworkInterfaces", path="SecurityGroups")
        for at, item in enumerate(_listed(props.get("NetworkInterfaces"))):
            if isinstance(item, Mapping) and not is_given(item.get("NetworkInterfaceId")):
                yield Problem("NetworkInterfaceId is missing", path=f"NetworkInterfaces[{at}]")
            elif isinstance(item, Mapping) and not _is_index(item.get("DeviceIndex", 0)):
                yield Problem("DeviceIndex is not a whole number", path=f"NetworkInterfaces[{at}].DeviceIndex")

    # --- steps --------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        return self._server.find_existing(_translated(call), Props(as_server(props)))

    def create(self, call: Call, props: Props) -> str:
        return self._server.create(_translated(call), Props(as_server(props)))

    def check_create(self, call: Call) -> Outcome:
        return self._server.check_create(_translated(call))

    def needs_replace_failed(self, call: Call) -> bool:
        return self._server.needs_replace_failed(_translated(call))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        self._server.update(_translated(call), Props(as_server(props)), changed_names(changed))

    def check_update(self, call: Call) -> Outcome:
        return self._server.check_update(_translated(call))

    def prepare_replace(self, call: Call) -> Outcome:
        return self._server.prepare_replace(_translated(call))

    def restore_replaced(self, call: Call) -> Outcome:
        return self._server.restore_replaced(_translated(call))

    def delete(self, call: Call) -> None:
        self._server.delete(_translated(call))

    def check_delete(self, call: Call) -> Outcome:
        return self._server.check_delete(_translated(call))

    def suspend(self, call: Call) -> None:
        self._server.suspend(call)

    def check_suspend(self, call: Call) -> Outcome:
        return self._server.check_suspend(call)

    def resume(self, call: Call) -> None:
        self._server.resume(call)

    def check_resume(self, call: Call) -> Outcome:
        return self._server.check_resume(call)

    # --- look ---------------------------------------------------------------------------------

    def check(self, call: Call) -> Outcome:
        return self._server.check(call)

    def read(self, call: Call) -> dict[str, Any]:
        return self._server.read(call)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        if live["status"] in status.GONE:
            raise CloudGone(f"The server is in status {live['status']}")
        return {"InstanceType": status.flavor_of(live)}

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if name == "AvailabilityZone":
            return live.get(ZONE)
        if name in self.Attributes.props:
            return attributes.first_address(live) or NO_ADDRESS
        return super().attribute(call, live, name)

    @property
    def _server(self) -> Server:
        record = self.record
        properties = as_server(record.properties) if record.properties else {}
        return Server(dataclasses.replace(record, properties=properties))


def _translated(call: Call) -> Call:
    """The call with a server's values; what the step notes goes into the same progress and data."""
    old, wanted, next_one = (as_server(values) if values else {} for values in (call.old, call.wanted, call.successor))
    tried = [as_server(values) for values in call.tried]
    return dataclasses.replace(call, old=old, wanted=wanted, tried=tried, successor=next_one)


def _is_set(value: Any) -> bool:
    return value is UNKNOWN or bool(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_index(value: Any) -> bool:
    return value is UNKNOWN or isinstance(value, int) or str(value).isdecimal()
