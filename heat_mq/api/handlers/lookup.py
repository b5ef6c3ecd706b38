"""Short URLs: a stack by name, id or ARN, answered with a redirect to its canonical URL."""

from __future__ import annotations

from heat_mq import errors
from heat_mq.api import faults
from heat_mq.api.call import Answer, Call
from heat_mq.api.refusals import OtherProject
from heat_mq.arn import FORM, parse_arn
from heat_mq.rpc.answers import StackIdentity


def by_name(call: Call) -> Answer:
    """Redirect to the stack, or to ``part`` of it (``resources``, ``events``, …), and keep the query."""
    found = call.engine.identify_stack(call.context, call.path["stack_name"])
    part = call.path.get("part")
    # The path's project, not the owner's: a stack's own user sees the stack below its own project.
    return _redirect(call, {**found, "tenant": call.project_id, "path": f"/{part}" if part else ""})


def by_arn(call: Call) -> Answer:
    """Redirect to what an ARN names."""
    arn = parse_arn(call.path["arn"])
    if arn is None:
        raise errors.BadRequest(f"{call.path['arn']!r} is not an ARN of a stack: {FORM}.")
    if arn.project_id != call.project_id:
        raise OtherProject("The ARN names another project than the path.")
    identity: StackIdentity = {
        "tenant": arn.project_id,
        "stack_name": arn.stack_name,
        "stack_id": arn.stack_id,
        "path": arn.path,
    }
    return _redirect(call, identity)


def _redirect(call: Call, identity: StackIdentity) -> Answer:
    query = call.url.partition("?")[2]
    location = call.links.url(identity) + (f"?{query}" if query else "")
    return Answer(faults.plain(302, "The stack is at the location given."), status=302, location=location)
