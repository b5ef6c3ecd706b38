"""Template versions and their functions."""

from __future__ import annotations

from heat_mq.api.call import Answer, Call


def index(call: Call) -> Answer:
    return Answer({"template_versions": call.engine.list_template_versions(call.context)})


def functions(call: Call) -> Answer:
    found = call.engine.list_template_functions(
        call.context,
        call.path["template_version"],
        with_condition=call.query.flag("with_condition_func"),
    )
    return Answer({"template_functions": found})
