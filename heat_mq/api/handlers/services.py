"""The engines."""

from __future__ import annotations

from heat_mq.api.call import Answer, Call


def index(call: Call) -> Answer:
    return Answer({"services": call.engine.list_services(call.context)})
