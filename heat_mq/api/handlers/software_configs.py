"""Software configs: list, create, show, delete."""

from __future__ import annotations

from typing import Any

from heat_mq.api.call import Answer, Call
from heat_mq.api.schemas.software_configs import read_config
from heat_mq.api.views import software as view


def index(call: Call) -> Answer:
    everywhere = call.query.flag("global_tenant")
    if everywhere:
        call.require("software_configs:global_index")
    limit = call.query.number("limit")
    found = call.engine.list_software_configs(
        call.context, limit=limit, marker=call.query.text("marker"), tenant_safe=not everywhere
    )
    return Answer({"software_configs": [view.config_summary(config) for config in found]})


def create(call: Call) -> Answer:
    given: dict[str, Any] = read_config(call.json_map())
    return Answer({"software_config": view.config(call.engine.create_software_config(call.context, **given))})


def show(call: Call) -> Answer:
    found = call.engine.show_software_config(call.context, call.path["config_id"])
    return Answer({"software_config": view.config(found)})


def delete(call: Call) -> Answer:
    call.engine.delete_software_config(call.context, call.path["config_id"])
    return Answer(status=204)
