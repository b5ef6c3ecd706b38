"""Short URLs: a stack by name, id or ARN, answered with a redirect to its canonical URL."""

from __future__ import annotations

import re

from heat_mq import errors
from heat_mq.api import faults
from heat_mq.api.call import Answer, Call
from heat_mq.api.refusals import OtherProject
from heat_mq.rpc.answers import StackIdentity

_ARN = re.compile(r"arn:openstack:heat::(?P<tenant>[^:/]+):stacks/(?P<name>[^/]+)/(?P<id>[^/]+)(?P<path>/.+)?")


def by_name(call: Call) -> Answer:
    """Redirect to the stack, or to ``part`` of it (``resources``, ``events``, …), and keep the query."""
    found = call.engine.identify_stack(call.context, call.path["stack_name"])
    part = call.path.get("part")
    # The path's project, not the owner's: a stack's own user sees the stack below its own project.
    return _redirect(call, {**found, "tenant": call.project_id, "path": f"/{part}" if part else ""})


def by_arn(call: Call) -> Answer:
    """Redirect to what an ARN names."""
    match = _ARN.fullmatch(call.path["arn"])
    if match is None:
        raise errors.BadRequest(
            f"{call.path['arn']!r} is not an ARN of a stack: arn:openstack:heat::<project>:stacks/<name>/<id>."
        )
    if match["tenant"] != call.project_id:
        raise OtherProject("The ARN names another project than the path.")
    identity: StackIdentity = {
        "tenant": match["tenant"],
        "stack_name": match["name"],
        "stack_id": match["id"],
        "path": match["path"] or "",
    }
    return _redirect(call, identity)


def _redirect(call: Call, identity: StackIdentity) -> Answer:
    query = call.url.partition("?")[2]
    location = call.links.url(identity) + (f"?{query}" if query else "")
    return Answer(faults.plain(302, "The stack is at the location given."), status=302, location=location)
