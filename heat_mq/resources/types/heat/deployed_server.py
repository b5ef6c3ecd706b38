"""OS::Heat::DeployedServer: a server that somebody else has put up; software is deployed to it all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import IN_PLACE, Call, Map, Props, Resource, Schema, Str, Support, collect


class DeployedServer(Resource, type="OS::Heat::DeployedServer"):
    """Nothing is made but what its guest needs to ask for its metadata; its id is the resource's."""

    name_limit: ClassVar[int | None] = 53
    deferred_auth: ClassVar[bool] = True
    snapshots: ClassVar[bool] = True
    takes_deployments: ClassVar[bool] = True

    class Properties(Schema):
        name = Str("Name of the server.", update=IN_PLACE)
        metadata = Map(
            "Metadata of the server.",
            update=IN_PLACE,
            support=Support("DEPRECATED", "9.0.0", previous=Support(version="8.0.0")),
        )
        software_config_transport = collect.transport()
        deployment_swift_data = collect.swift_data()

    class Attributes(Schema):
        name = Str("Name of the server.")
        os_collect_config = collect.attribute()

    def find_existing(self, call: Call, props: Props) -> str | None:
        return self.create(call, props) if call.signals is not None and call.signals.has_user() else None

    def create(self, call: Call, props: Props) -> str:
        collect.prepare(call, self.record, props)
        return self.record.id

    def needs_replace_failed(self, call: Call) -> bool:
        return self.record.physical_id is None

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        if collect.concerned(changed):
            collect.prepare(call, self.record, props)

    def delete(self, call: Call) -> None:
        collect.remove(call, self.record)
        if call.signals is not None:
            call.signals.remove_user()

    def adopt(self, call: Call, props: Props) -> str:
        """What the guest logged in with was another stack's: it gets something of its own."""
        call.data.pop(collect.CONFIG, None)
        collect.prepare(call, self.record, props)
        return self.physical_id

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        if name == "os_collect_config":
            return call.data.get(collect.CONFIG, {})
        return self.record.properties.get("name") or self.record.physical_name

    @classmethod
    def guest_settings(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return collect.metadata(data)

    @classmethod
    def hands_over(cls, data: Mapping[str, Any]) -> bool:
        return collect.PLACE in data

    def hand_over(self, call: Call, metadata: Mapping[str, Any]) -> None:
        collect.hand_over(call, metadata)
