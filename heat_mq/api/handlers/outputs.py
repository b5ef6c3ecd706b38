"""Outputs of a stack."""

from __future__ import annotations

from heat_mq.api.call import Answer, Call


def index(call: Call) -> Answer:
    return Answer({"outputs": call.engine.list_outputs(call.context, call.identity)})


def show(call: Call) -> Answer:
    return Answer({"output": call.engine.show_output(call.context, call.identity, call.path["output_key"])})
