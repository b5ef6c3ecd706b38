"""OS::Heat::SoftwareConfig: a script, or whatever a configuration tool takes, with its inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.resources.kit import Map, Props, Schema, Str, Support
from heat_mq.resources.kit.software import UNGROUPED, Software, io_schema
from heat_mq.resources.types.heat.software.stored_config import ConfigAttributes, StoredConfig, declared


class SoftwareConfig(StoredConfig, type="OS::Heat::SoftwareConfig"):
    support = Support(version="2014.1")

    class Properties(Schema):
        group = Str("The tool on the server that the config is for.", default=UNGROUPED)
        config = Str("What the tool gets.")
        options = Map("Options of the tool.")
        inputs = io_schema("input")
        outputs = io_schema("output")

    class Attributes(ConfigAttributes):
        pass

    def content(self, port: Software, props: Props) -> Mapping[str, Any]:
        return declared(props, props.config or "")
