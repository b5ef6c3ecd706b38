"""OS::Heat::CloudConfig: what cloud-init reads as ``#cloud-config``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from heat_mq.resources.kit import Map, Props, Schema, Support
from heat_mq.resources.kit.software import UNGROUPED, Software
from heat_mq.resources.types.heat.software.stored_config import ConfigAttributes, StoredConfig


class CloudConfig(StoredConfig, type="OS::Heat::CloudConfig"):
    support = Support(version="2014.1")

    class Properties(Schema):
        cloud_config = Map("Modules of cloud-init and their settings.")

    class Attributes(ConfigAttributes):
        pass

    def content(self, port: Software, props: Props) -> Mapping[str, Any]:
        text = yaml.safe_dump(props.cloud_config or {}, default_flow_style=False, allow_unicode=True)
        return {"group": UNGROUPED, "config": f"#cloud-config\n{text}"}
