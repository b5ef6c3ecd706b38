"""Scaling policies: resources whose signals change the size of a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heat_mq.errors import Bug
from heat_mq.resources.kit import DONE, Call, Outcome, Props, Resource, SignalResult
from heat_mq.resources.kit.call import Signals
from heat_mq.resources.kit.scaling import Adjustment


class ScalingPolicyBase(Resource):
    """Its physical id is that of the user whose key pair signs the URL for alarms."""

    deferred_auth = True

    def wish(self, props: Mapping[str, Any]) -> Adjustment:
        """What the properties ask for."""
        raise Bug(f"{type(self).__name__} does not say what it asks for")

    def find_existing(self, call: Call, props: Props) -> str | None:
        return str(port(call).user()["user_id"]) if port(call).has_user() else None

    def create(self, call: Call, props: Props) -> str:
        return str(port(call).user()["user_id"])

    def check_create(self, call: Call) -> Outcome:
        port(call).key_pair()
        return DONE

    def adopt(self, call: Call, props: Props) -> str:
        """The user of another stack is not this one's: it gets its own, and the policy another URL."""
        return self.create(call, props)

    def check_adopt(self, call: Call) -> Outcome:
        return self.check_create(call)

    def delete(self, call: Call) -> None:
        port(call).remove_user()

    def signal(self, call: Call, details: Any) -> SignalResult:
        """Any signal counts, whatever state an alarm tells of."""
        return SignalResult(told(details), adjust=self.wish(self.record.properties))


def told(details: Any) -> str:
    """What a signal says of itself: the words of an alarm, its text, or that there is nothing to be read."""
    match details:
        case None:
            return "No signal details provided"
        case str():
            return details
        case {"previous": previous, "current": current, "reason": reason}:
            return f"alarm state changed from {previous} to {current} ({reason})"
    return "Unknown"


def port(call: Call) -> Signals:
    """The call's port for signals."""
    if call.signals is None:
        raise Bug("a policy was called without the port for signals")
    return call.signals
