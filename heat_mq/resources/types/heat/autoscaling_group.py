"""OS::Heat::AutoScalingGroup: members of any type, whose number policies change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.groups.batches import Batches
from heat_mq.resources.groups.group import (
    MEMBER,
    of_member,
    references,
    references_by_name,
    values,
    values_by_name,
)
from heat_mq.resources.groups.scaling_group import ScalingGroup, Sizes, trial
from heat_mq.resources.kit import IN_PLACE, Call, Int, List, Map, Num, Props, Schema, Support
from heat_mq.template.marks import UNKNOWN


class AutoScalingGroup(ScalingGroup, type="OS::Heat::AutoScalingGroup"):
    support = Support(version="2014.1")
    scales = True

    class Properties(Schema):
        resource = Map("Definition of a member, as in a HOT template.", required=True, update=IN_PLACE)
        max_size = Int("Largest number of members.", required=True, within=(0, None), update=IN_PLACE)
        min_size = Int("Smallest number of members.", required=True, within=(0, None), update=IN_PLACE)
        cooldown = Int("Seconds after a change of size in which policies change nothing.", update=IN_PLACE)
        desired_capacity = Int("Number of members that a create or an update brings about.", update=IN_PLACE)
        rolling_updates = Map(
            "How members are changed when their definition does.",
            default={"min_in_service": 0, "max_batch_size": 1, "pause_time": 0},
            update=IN_PLACE,
            schema={
                "min_in_service": Int("Members that stay untouched meanwhile.", default=0, within=(0, None)),
                "max_batch_size": Int("Members changed at once.", default=1, within=(1, None)),
                "pause_time": Num("Seconds between batches.", default=0, within=(0, None)),
            },
        )

    class Attributes(Schema):
        outputs = Map("An attribute of every member, by member name.", support=Support(version="2014.2"))
        outputs_list = List("An attribute of every member, the oldest first.", support=Support(version="2014.2"))
        current_size = Int("Number of members that are in order.", support=Support(version="2015.1"))
        refs = List("Reference ids of the members, the oldest first.", support=Support(version="7.0.0"))
        refs_map = Map("Reference ids by member name.", support=Support(version="7.0.0"))

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if _sized(props):
            yield from cls.sizes(props).problems("min_size", "max_size", "desired_capacity")
        definition = props.get("resource")
        if isinstance(definition, Mapping) and definition.get("type") in (None, ""):
            yield Problem("a member needs a type", path="resource.type", expected="a resource type")

    @classmethod
    def child_size(cls, props: Mapping[str, Any]) -> int:
        return cls.sizes(props).after(0) if _sized(props) else 0

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        return cls._trial(props, 0)

    @classmethod
    def trial_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        """One member shows it also for a group that has none yet."""
        return cls._trial(props, 1)

    @classmethod
    def _trial(cls, props: Mapping[str, Any], at_least: int) -> dict[str, Any] | None:
        definition = props.get("resource")
        if not _sized(props):
            return None
        if not isinstance(definition, Mapping) or any(part is UNKNOWN for part in definition.values()):
            return None
        return trial(definition, max(cls.sizes(props).after(0), at_least))

    @classmethod
    def offers(cls, attribute: str) -> bool:
        return attribute.startswith(MEMBER) or super().offers(attribute)

    @classmethod
    def sizes(cls, props: Mapping[str, Any]) -> Sizes:
        wanted = props.get("desired_capacity")
        return Sizes(props["min_size"], props["max_size"], wanted if isinstance(wanted, int) else None)

    def member(self, call: Call, props: Props) -> dict[str, Any]:
        return dict(props.resource)

    def batches(self, call: Call, props: Props, changed: frozenset[str]) -> Batches | None:
        return Batches.of(props.rolling_updates) if "resource" in changed else None

    def cooldown(self, props: Mapping[str, Any]) -> float | None:
        return props.get("cooldown")

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """``refs``, ``resource.<place by age>[.<attribute>]``, ``outputs`` and ``outputs_list`` of an attribute."""
        members = self.members(call)
        match name:
            case "current_size":
                return len(members)
            case "refs":
                return references(members, path)
            case "refs_map":
                return references_by_name(members, path)
            case "outputs":
                return values_by_name(members, path) if path else None
            case "outputs_list":
                return values(members, path) if path else None
        return of_member(self.record.name, {str(at): member for at, member in enumerate(members)}, name, path)


def _sized(props: Mapping[str, Any]) -> bool:
    """Whether the bounds of the size are known."""
    return all(isinstance(props.get(name), int) for name in ("min_size", "max_size"))
