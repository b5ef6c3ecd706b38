"""What groups of deployments have in common: a nested stack with one deployment for each server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.resources.groups import batches
from heat_mq.resources.groups.group import Group, template_of, values_by_name, without
from heat_mq.resources.kit import Call, Int, Map, Num, Outcome, Props, Schema, Support
from heat_mq.template.marks import is_known

OF_ALL: Final = {f"{name}s": name for name in ("deploy_stdout", "deploy_stderr", "deploy_status_code")}


class BatchPolicy(Schema):
    @staticmethod
    def batch(doc: str) -> Map:
        return Map(
            doc,
            support=Support(version="7.0.0"),
            schema={
                "max_batch_size": Int("Servers at once.", default=1, within=(1, None)),
                "pause_time": Num("Seconds between batches.", default=0, within=(0, None)),
            },
        )

    batch_create = batch("Deploy to the servers in batches.")
    rolling_update = batch("Deploy what has changed to the servers in batches.")


class DeploymentGroup(Group):
    """Members are named as the servers are."""

    deploys_to: ClassVar[str] = "servers"
    member: ClassVar[str]  # type of a deployment

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        servers = props.get("servers")
        if not isinstance(servers, Mapping) or not is_known(dict(props)):
            return None
        return {"template": template_of(cls.members(props, list(servers)))}

    @classmethod
    def trial_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        """One deployment shows it also for a group that has none yet, or whose servers are not known."""
        servers = props.get("servers")
        told = isinstance(servers, Mapping) and bool(servers)
        return cls.preview_child(props if told else {**props, "servers": {"server": "server"}})

    @classmethod
    def members(cls, props: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
        """Definitions of the deployments to some of the servers."""
        common = {key: value for key, value in props.items() if key != "servers" and value is not None}
        return {
            str(name): {"type": cls.member, "properties": {**common, "server": props["servers"][name]}}
            for name in names
        }

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        return {"template": template_of(self.members(props, list(props.servers))), "parameters": {}}

    def create(self, call: Call, props: Props) -> str:
        policy = batches.Batches.of(call.policy.get("batch_create"))
        if policy is None:
            return super().create(call, props)
        self.plan(call, batches.growing(list(props.servers), policy.size), policy.pause)
        return self._children(call).create({"template": template_of({}), "parameters": {}})

    def check_create(self, call: Call) -> Outcome:
        return self.follow(call, lambda step: self._apply(call, step))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        policy = batches.Batches.of(call.policy.get("rolling_update"))
        if policy is None or not changed - {"servers"}:
            super().update(call, props, changed)
            return
        there = list(self._children(call).definitions(self.physical_id))
        self.plan(call, batches.rolling(there, list(props.servers), policy.size, 0, _none()), policy.pause)

    def check_update(self, call: Call) -> Outcome:
        return self.follow(call, lambda step: self._apply(call, step))

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """An output of every deployment, by server; the path goes on from there."""
        found = list(self._children(call).members(self.physical_id))
        values: Any = values_by_name(found, [OF_ALL.get(name, name)])
        for step in path:
            values = values.get(step) if isinstance(values, Mapping) else None
        return values

    def _apply(self, call: Call, step: batches.Step) -> None:
        """Deploy to the servers of a batch by the new definition; the others stay as they are."""
        children = self._children(call)
        kept = without(children.definitions(self.physical_id), step["gone"])
        template = template_of({**kept, **self.members(call.wanted, step["new"])})
        children.update(self.physical_id, {"template": template, "parameters": {}})


def _none() -> Iterator[str]:
    """A server has one deployment, so there are never more of them than servers."""
    return iter(())
