"""Software deployments: list, create, show, change, delete, and what a server is to apply."""

from __future__ import annotations

from heat_mq.api.call import Answer, Call
from heat_mq.api.schemas.software_deployments import read_change, read_deployment
from heat_mq.api.views import software as view


def index(call: Call) -> Answer:
    found = call.engine.list_software_deployments(call.context, server_id=call.query.text("server_id"))
    return Answer({"software_deployments": [view.deployment(item) for item in found]})


def metadata(call: Call) -> Answer:
    found = call.engine.metadata_software_deployments(call.context, server_id=call.path["server_id"])
    return Answer({"metadata": [view.config(item) for item in found]})


def create(call: Call) -> Answer:
    made = call.engine.create_software_deployment(call.context, **read_deployment(call.json_map()))
    return Answer({"software_deployment": view.deployment(made)})


def show(call: Call) -> Answer:
    found = call.engine.show_software_deployment(call.context, call.path["deployment_id"])
    return Answer({"software_deployment": view.deployment(found)})


def update(call: Call) -> Answer:
    changed = call.engine.update_software_deployment(
        call.context, call.path["deployment_id"], **read_change(call.json_map()), updated_at=None
    )
    return Answer({"software_deployment": view.deployment(changed)})


def delete(call: Call) -> Answer:
    call.engine.delete_software_deployment(call.context, call.path["deployment_id"])
    return Answer(status=204)
