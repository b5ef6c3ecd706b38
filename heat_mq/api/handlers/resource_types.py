"""Resource types: list, schema, and a template of one."""

from __future__ import annotations

from heat_mq import errors
from heat_mq.api.call import Answer, Call

TEMPLATE_TYPES = ("cfn", "hot")


def index(call: Call) -> Answer:
    query = call.query
    types = call.engine.list_resource_types(
        call.context,
        support_status=query.text("support_status"),
        type_name=query.text("name"),
        heat_version=query.text("version"),
        with_description=query.flag("with_description"),
    )
    return Answer({"resource_types": types})


def show(call: Call) -> Answer:
    described = call.query.flag("with_description")
    return Answer(call.engine.resource_schema(call.context, call.path["type_name"], with_description=described))


def template(call: Call) -> Answer:
    kind = call.query.text("template_type") or "cfn"
    if kind not in TEMPLATE_TYPES:
        raise errors.BadRequest(f"Query parameter 'template_type' is {' or '.join(TEMPLATE_TYPES)}, not {kind!r}.")
    return Answer(call.engine.generate_template(call.context, call.path["type_name"], template_type=kind))
