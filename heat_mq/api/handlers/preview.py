"""What a create or an update would do, and whether a template holds; nothing is stored."""

from __future__ import annotations

from heat_mq import errors
from heat_mq.api.call import Answer, Call
from heat_mq.api.schemas import stacks as schema
from heat_mq.api.views import stacks as view
from heat_mq.web.statuses import status_of

#: Codes of errors that a client may ask to ignore: 99001, a service that the cloud does not have.
IGNORABLE = ("99001",)


def create(call: Call) -> Answer:
    body = call.json_map()
    name = schema.read_name(body)
    args = schema.read_create_args(body)
    sources = schema.read_sources(body, call.service.conf)
    stack = call.engine.preview_stack(
        call.context, name, sources.required_template(), args=args, **sources.as_arguments()
    )
    return Answer({"stack": view.preview(call.links, stack)})


def update(call: Call) -> Answer:
    return _update(call, existing=False)


def patch(call: Call) -> Answer:
    return _update(call, existing=True)


def _update(call: Call, *, existing: bool) -> Answer:
    body = call.json_map()
    args = schema.read_update_args(body, existing=existing)
    args["show_nested"] = call.query.flag("show_nested")
    sources = schema.read_sources(body, call.service.conf)
    template = sources.template if existing else sources.required_template()
    changes = call.engine.preview_update_stack(
        call.context, call.identity, template, args=args, **sources.as_arguments()
    )
    return Answer({"resource_changes": changes})


def validate(call: Call) -> Answer:
    ignorable = call.query.commas("ignore_errors") or []
    for code in ignorable:
        if code not in IGNORABLE:
            raise errors.BadRequest(f"Error {code!r} cannot be ignored; only {', '.join(IGNORABLE)} can.")
    show_nested = call.query.flag("show_nested")
    sources = schema.read_sources(call.json_map(), call.service.conf)
    try:
        found = call.engine.validate_template(
            call.context,
            sources.required_template(),
            show_nested=show_nested,
            ignorable_errors=ignorable or None,
            **sources.as_arguments(),
        )
    except errors.RemoteError as error:
        if status_of(error) != 400:
            raise
        # Heat's clients know a template that does not hold by this type, whatever is wrong with it.
        raise errors.BadRequest(error.message, **error.fields) from error
    return Answer(found)
