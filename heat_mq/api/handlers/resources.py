"""Resources: list, show, metadata, signal, mark."""

from __future__ import annotations

from heat_mq.api.call import Answer, Call
from heat_mq.api.schemas import resources as schema
from heat_mq.api.schemas.status import split_status
from heat_mq.api.views import resources as view

FILTERS = ("type", "status", "name", "action", "id", "physical_resource_id")
_KNOWN = (*FILTERS, "nested_depth", "with_detail")


def index(call: Call) -> Answer:
    call.query.refuse_others(_KNOWN)
    resources = call.engine.list_stack_resources(
        call.context,
        call.identity,
        nested_depth=call.query.number("nested_depth") or 0,
        with_detail=call.query.flag("with_detail"),
        filters=split_status(call.query.filters(FILTERS)) or None,
    )
    return Answer({"resources": [view.summary(call.links, resource) for resource in resources]})


def show(call: Call) -> Answer:
    resource = call.engine.describe_stack_resource(
        call.context, call.identity, call.path["resource_name"], with_attr=call.query.all("with_attr") or None
    )
    return Answer({"resource": view.detail(call.links, resource)})


def metadata(call: Call) -> Answer:
    # Guests poll this: the cloud need not be asked for what nobody reads.
    resource = call.engine.describe_stack_resource(
        call.context, call.identity, call.path["resource_name"], with_attr=False
    )
    return Answer({"metadata": resource.get("metadata") or {}})


def signal(call: Call) -> Answer:
    """The body may be any JSON; what it means is the resource's affair."""
    call.engine.resource_signal(call.context, call.identity, call.path["resource_name"], details=call.json())
    return Answer(None)


def mark_unhealthy(call: Call) -> Answer:
    """The path may name the resource by its physical id too."""
    unhealthy, reason = schema.read_mark(call.json_map())
    call.engine.resource_mark_unhealthy(
        call.context, call.identity, call.path["resource_name"], unhealthy, resource_status_reason=reason
    )
    return Answer(None)
