"""OS::Heat::SwiftSignal: done when so many signals were put to its handle's URL, failed when one says so."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    Call,
    Failed,
    Int,
    Num,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.polling import wait
from heat_mq.resources.kit.waiting import STATUSES, SUCCESS

HANDLE: Final = re.compile(r"https?://.+/v1/(?P<account>[^/]+)/(?P<container>[^/]+)/(?P<name>[^?]+)\?temp_url_sig=.+")
ARCHIVED: Final = "archived"  # progress: what archived objects hold, by their names; they do not change any more
UNTIL: Final = "until"  # progress: when the time is up


class SwiftSignal(Resource, type="OS::Heat::SwiftSignal"):
    service = "object-store"
    support = Support(version="2014.2")

    class Properties(Schema):
        handle = Str("URL of the handle that the signals are put to.", required=True)
        timeout = Num("Seconds to wait.", required=True, within=(1, 43200))
        count = Int("Number of signals to wait for.", default=1, within=(1, 1000))

    class Attributes(Schema):
        data = Str("JSON of the signals' data by their ids.")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        handle = props.get("handle")
        if isinstance(handle, str) and not HANDLE.fullmatch(handle):
            yield Problem("it is no temporary URL of Swift", path="handle", expected="a SwiftSignalHandle")

    def create(self, call: Call, props: Props) -> str:
        self._signals(call)  # the handle must be one of this project
        call.progress[UNTIL] = call.clock.now().timestamp() + props.timeout
        return self.record.physical_name

    def check_create(self, call: Call) -> Outcome:
        signals = self._signals(call)
        failed = [str(signal["reason"]) for signal in signals.values() if signal["status"] != SUCCESS]
        if failed:
            raise Failed(";".join(failed), kind="SwiftSignalFailure")
        count, timeout = call.wanted["count"], call.wanted["timeout"]
        if len(signals) >= count:
            return DONE
        if call.clock.now().timestamp() >= call.progress[UNTIL]:
            text = f"{len(signals)} of {count} received within {timeout:g} seconds"
            raise Failed(text, kind="SwiftSignalTimeout")
        return wait(call)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        return json.dumps({id: signal["data"] for id, signal in self._signals(call).items()})

    def _signals(self, call: Call) -> dict[str, dict[str, Any]]:
        """What was put there, by id, the oldest first; the same id overwrites."""
        place = HANDLE.fullmatch(str(call.wanted["handle"]))
        account = urllib.parse.urlsplit(call.api.endpoint()).path.rstrip("/").rpartition("/")[2]
        if place is None or place["account"] != account:
            raise Failed("the handle is no temporary URL of an object of this project")
        container, name = urllib.parse.unquote(place["container"]), urllib.parse.unquote(place["name"])
        texts = call.api.history(container, name, call.progress.setdefault(ARCHIVED, {}))
        signals = [_signal(text, number) for number, text in enumerate(texts, 1)]
        return {signal["id"]: signal for signal in signals}


def _signal(text: str, number: int) -> dict[str, Any]:
    """A signal as its sender means it: nothing at all is a success."""
    try:
        found = json.loads(text) if text.strip() else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return {"id": str(number), "status": "FAILURE", "reason": f"signal {number} is no JSON map", "data": None}
    status, reason = found.get("status", SUCCESS), found.get("reason", f"Signal {number} received")
    if status not in STATUSES:
        reason, status = f"the status of signal {number} is {status!r:.60}, not {' or '.join(STATUSES)}", "FAILURE"
    return {"id": str(found.get("id", number)), "status": status, "reason": reason, "data": found.get("data")}
