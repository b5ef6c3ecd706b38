"""Which builds run."""

from __future__ import annotations

from heat_mq.api.call import Answer, Call


def show(call: Call) -> Answer:
    api = call.service.conf.revision.heat_revision
    return Answer({"api": {"revision": api}, "engine": {"revision": call.engine.get_revision(call.context)}})
