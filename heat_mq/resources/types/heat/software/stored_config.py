"""What the types that store a software config have in common: the config is the object, and never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from heat_mq.resources.kit import Call, CloudGone, Props, Resource, Schema, Str
from heat_mq.resources.kit.software import UNGROUPED, Software, stored_io
from heat_mq.resources.types.heat.software.port import software


class ConfigAttributes(Schema):
    config = Str("The config as it is stored.")


class StoredConfig(Resource):
    """Subclasses say what is stored. The id is made of the resource's own, so a create can be repeated."""

    keeps_software: ClassVar[bool] = True

    def content(self, port: Software, props: Props) -> Mapping[str, Any]:
        """Group, config, and what else there is."""
        raise NotImplementedError

    def find_existing(self, call: Call, props: Props) -> str | None:
        return self.create(call, props) if software(call).has_config() else None

    def create(self, call: Call, props: Props) -> str:
        port = software(call)
        return port.put_config({"name": self.record.physical_name, **self.content(port, props)})

    def needs_replace_failed(self, call: Call) -> bool:
        return self.record.physical_id is None

    def delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            software(call).drop_config(self.record.physical_id)

    def read(self, call: Call) -> dict[str, Any]:
        found = software(call).config(self.physical_id)
        if found is None:
            raise CloudGone(f"There is no software config {self.physical_id}")
        return found


def declared(props: Props, config: Any) -> dict[str, Any]:
    """The content of a config with inputs, outputs and options of its own."""
    return {
        "group": props.get("group") or UNGROUPED,
        "config": config,
        "inputs": stored_io(props.inputs),
        "outputs": stored_io(props.outputs),
        "options": props.options or {},
    }
