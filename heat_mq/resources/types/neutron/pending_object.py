"""What the types have in common whose object refuses a change while one before it is at work."""

from __future__ import annotations

from heat_mq.resources.kit import DONE, Call, Outcome, Props
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class PendingObject(NeutronObject):
    """A firewall, a connection of a VPN: PENDING_CREATE or PENDING_UPDATE until agents have done their work.

    An update waits for that before it changes anything, since it may be the second try of one that was interrupted.
    """

    lingers = True

    def create(self, call: Call, props: Props) -> str:
        made = super().create(call, props)
        call.progress["built"] = False
        return made

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        call.progress["changed"] = sorted(changed)

    def check_update(self, call: Call) -> Outcome:
        outcome = self._built(call)
        changed = call.progress.get("changed")
        if outcome != DONE or not changed:
            return outcome
        super().update(call, Props(call.wanted), frozenset(changed))
        call.progress["changed"] = []
        return self._built(call)
