"""OS::Octavia::Quota: how many load balancers and parts of them a project may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import IN_PLACE, Call, Int, Lookup, Props, Resource, Schema, Str, Support


def _limit(of: str) -> Int:
    return Int(
        f"Most {of}; -1 is without limit, the cloud's default when not given.", update=IN_PLACE, within=(-1, None)
    )


class Quota(Resource, type="OS::Octavia::Quota"):
    """Its physical id is the project's. What is made for a project again is the same quota."""

    service = "load-balancer"
    support = Support(version="14.0.0")
    observed: ClassVar[frozenset[str]] = frozenset({"healthmonitor", "listener", "loadbalancer", "member", "pool"})

    class Properties(Schema):
        project = Str(
            "The project, by name or id.",
            required=True,
            constraint="keystone.project",
            lookup=Lookup("identity", "project"),
        )
        healthmonitor = _limit("health monitors")
        listener = _limit("listeners")
        loadbalancer = _limit("load balancers")
        pool = _limit("pools")
        member = _limit("members of pools")

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if all(props.get(name) is None for name in cls.observed):
            yield Problem("a quota needs a limit at least", expected=f"one of {', '.join(sorted(cls.observed))}")

    def find_existing(self, call: Call, props: Props) -> str | None:
        return self.create(call, props)

    def create(self, call: Call, props: Props) -> str:
        limits = {name: props[name] for name in self.observed if props[name] is not None}
        call.api.change("quota", props.project, limits)
        return str(props.project)

    def needs_replace_failed(self, call: Call) -> bool:
        """A quota is set again: to delete an older one would undo what the newer one has set."""
        return False

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        call.api.change("quota", self.physical_id, {name: props[name] for name in changed})

    def delete(self, call: Call) -> None:
        call.api.remove("quota", self.physical_id)

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.show("quota", self.physical_id))
