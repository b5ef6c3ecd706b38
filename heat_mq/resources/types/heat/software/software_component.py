"""OS::Heat::SoftwareComponent: configs for the actions of a component's life, in one resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.kit import List, Map, Props, Schema, Str, Support
from heat_mq.resources.kit.software import COMPONENT, Software, io_schema
from heat_mq.resources.types.heat.software.stored_config import ConfigAttributes, StoredConfig, declared
from heat_mq.template.marks import UNKNOWN


class SoftwareComponent(StoredConfig, type="OS::Heat::SoftwareComponent"):
    support = Support(version="2014.2")

    class Properties(Schema):
        configs = List(
            "The configs, each with the actions that it is for.",
            required=True,
            length=(1, None),
            of=Map(
                "A config.",
                schema={
                    "actions": List(
                        "Actions during which it is applied.",
                        default=["CREATE", "UPDATE"],
                        length=(1, None),
                        of=Str("An action."),
                    ),
                    "config": Str("What the tool gets."),
                    "tool": Str("The tool on the server that the config is for.", required=True),
                },
            ),
        )
        inputs = io_schema("input")
        outputs = io_schema("output")
        options = Map("Options of the tools.")

    class Attributes(ConfigAttributes):
        pass

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        seen: dict[str, int] = {}
        configs = props.get("configs")
        for index, config in enumerate(configs if isinstance(configs, list) else ()):
            actions = config.get("actions") if isinstance(config, Mapping) else None
            for action in actions if isinstance(actions, list) else ():
                if action is not UNKNOWN and seen.setdefault(action, index) != index:
                    where = f"configs[{index}].actions"
                    yield Problem(f"only one config can be for {action}; configs[{seen[action]}] is", path=where)

    def content(self, port: Software, props: Props) -> Mapping[str, Any]:
        return {**declared(props, {"configs": [dict(each) for each in props.configs]}), "group": COMPONENT}
