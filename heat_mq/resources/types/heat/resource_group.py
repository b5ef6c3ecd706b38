"""OS::Heat::ResourceGroup: so many resources of one definition, in a nested stack."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Call,
    Int,
    List,
    Map,
    Num,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
    Wait,
)
from heat_mq.resources.kit.nested import NestedStack
from heat_mq.resources.types.heat import group_batches as batches
from heat_mq.template.marks import UNKNOWN, is_known
from heat_mq.template.tree import select

VERSION: Final = "2015-04-30"


class ResourceGroup(NestedStack, type="OS::Heat::ResourceGroup"):
    """Members are named "0", "1", …; names that were removed by policy are never used again."""

    support = Support(version="2014.1")

    class Properties(Schema):
        count = Int("Number of members.", default=1, within=(0, None), update=IN_PLACE)
        index_var = Str(
            "Text that the member's name replaces in resource_def's properties.",
            default="%index%",
            length=(3, None),
            support=Support(version="2014.2"),
        )
        resource_def = Map(
            "Definition of a member.",
            required=True,
            update=IN_PLACE,
            schema={
                "type": Str("Resource type.", required=True),
                "properties": Map("Properties."),
                "metadata": Map("Metadata.", support=Support(version="5.0.0")),
            },
        )
        removal_policies = List(
            "Which members to remove when the group shrinks.",
            default=[],
            update=IN_PLACE,
            support=Support(version="2015.1"),
            of=Map(
                "A policy.",
                schema={"resource_list": List("Names or reference ids of members to remove.", default=[])},
            ),
        )
        removal_policies_mode = Str(
            "Whether removal_policies adds to the names removed before, or replaces them.",
            default="append",
            allowed=["append", "update"],
            update=IN_PLACE,
            support=Support(version="10.0.0"),
        )

    class Attributes(Schema):
        open = True
        refs = List("Reference ids of the members.")
        refs_map = Map("Reference ids by member name.", support=Support(version="7.0.0"))
        attributes = Map("An attribute of every member, by member name.", support=Support(version="2014.2"))
        removed_rsrc_list = List("Names that are not used again.", support=Support(version="7.0.0"))

    class UpdatePolicy(Schema):
        rolling_update = Map(
            "Change members in batches.",
            support=Support(version="5.0.0"),
            schema={
                "min_in_service": Int("Members that stay untouched meanwhile.", default=0, within=(0, None)),
                "max_batch_size": Int("Members changed at once.", default=1, within=(1, None)),
                "pause_time": Num("Seconds between batches.", default=0, within=(0, None)),
            },
        )
        batch_create = Map(
            "Create members in batches.",
            support=Support(version="5.0.0"),
            schema={
                "max_batch_size": Int("Members created at once.", default=1, within=(1, None)),
                "pause_time": Num("Seconds between batches.", default=0, within=(0, None)),
            },
        )

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        definition, index_var = props.get("resource_def"), props.get("index_var")
        if definition is UNKNOWN or index_var is UNKNOWN or not isinstance(definition, Mapping):
            return
        if isinstance(definition.get("type"), str) and index_var in definition["type"]:
            yield Problem(f"the type of a member may not contain {index_var}", path="resource_def.type")

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        count, definition, index_var = props.get("count"), props.get("resource_def"), props.get("index_var")
        if not isinstance(count, int) or not isinstance(definition, Mapping) or not isinstance(index_var, str):
            return None
        if not is_known(definition):
            return None
        return {"template": group_template([str(index) for index in range(count)], definition, index_var)}

    # --- steps --------------------------------------------------------------------------------

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        names = self._names(call, props)
        return {"template": group_template(names, props.resource_def, props.index_var), "parameters": {}}

    def create(self, call: Call, props: Props) -> str:
        self._skip(call, props)
        policy = batches.Batches.of(call.policy.get("batch_create"))
        if policy is not None:
            call.progress["steps"] = batches.growing(self._names(call, props), policy.size)
            call.progress["pause"] = policy.pause
            return self._children(call).create({"template": group_template([], {}, ""), "parameters": {}})
        return super().create(call, props)

    def check_create(self, call: Call) -> Outcome:
        return self._next_batch(call, self._await(call))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        self._skip(call, props)
        policy = batches.Batches.of(call.policy.get("rolling_update"))
        if policy is not None and "resource_def" in changed and call.old.get("resource_def"):
            there = sorted((member.name for member in self._children(call).members(self.physical_id)), key=int)
            wanted = self._names(call, props)
            taken = {*there, *wanted, *call.data["skip"]}
            spare = (name for name in map(str, itertools.count()) if name not in taken)
            call.progress["steps"] = batches.rolling(there, wanted, policy.size, policy.min_in_service, spare)
            call.progress["pause"] = policy.pause
            call.progress["old"] = call.old["resource_def"]
            self._apply(call, call.progress["steps"].pop(0))
            return
        super().update(call, props, changed)

    def check_update(self, call: Call) -> Outcome:
        return self._next_batch(call, self._await(call))

    def _next_batch(self, call: Call, outcome: Outcome) -> Outcome:
        steps = call.progress.get("steps")
        if outcome != DONE or not steps:
            return outcome
        pause = call.progress.get("pause") or 0
        if pause and not call.progress.get("rested"):
            call.progress["rested"] = True
            return Wait(pause)
        call.progress["rested"] = False
        self._apply(call, steps.pop(0))
        return Wait(0.05)

    def _apply(self, call: Call, step: Mapping[str, Any]) -> None:
        """Give the child the members of a batch: some by the new definition, the rest still by the old."""
        props = Props(call.wanted)
        template = group_template(step["new"], props.resource_def, props.index_var)
        if step.get("old"):
            kept = group_template(step["old"], call.progress["old"], props.index_var)
            template["resources"].update(kept["resources"])
        self._children(call).update(self.physical_id, {"template": template, "parameters": {}})

    # --- names --------------------------------------------------------------------------------

    def _skip(self, call: Call, props: Props) -> None:
        """Add the names that the policies remove to those that are not used again."""
        before = [] if props.removal_policies_mode == "update" else list(call.data.get("skip", []))
        listed = [str(item) for policy in props.removal_policies or () for item in policy["resource_list"] or ()]
        if listed and self.record.physical_id is not None:
            by_reference = {
                str(member.reference_id): member.name for member in self._children(call).members(self.physical_id)
            }
            listed = [by_reference.get(item, item) for item in listed]
        call.data["skip"] = [*before, *(item for item in listed if item not in before)]

    def _names(self, call: Call, props: Props) -> list[str]:
        skip = set(call.data.get("skip", ()))
        names: list[str] = []
        index = 0
        while len(names) < props.count:
            if str(index) not in skip:
                names.append(str(index))
            index += 1
        call.data["names"] = names
        return names

    # --- attributes ---------------------------------------------------------------------------

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """``refs``, ``resource.<member>[.<attribute>]``, ``attributes``, or an attribute of every member."""
        names = list(call.data.get("names", []))
        if name == "removed_rsrc_list":
            return select(list(call.data.get("skip", [])), list(path))
        members = {member.name: member for member in self._children(call).members(self.physical_id)}
        ordered = [members[item] for item in names if item in members]
        if name == "refs":
            return select([member.reference_id for member in ordered], list(path))
        if name == "refs_map":
            return select({member.name: member.reference_id for member in ordered}, list(path))
        if name.startswith("resource."):
            _, member_name, *attribute = name.split(".", 2)
            member = members.get(member_name)
            if member is None:
                raise KeyError(f"the group {self.record.name} has no member {member_name}")
            steps = [*attribute, *path]
            return member.attribute(steps) if steps else member.reference_id
        if name == "attributes":
            return {member.name: member.attribute(list(path)) for member in ordered} if path else None
        return [member.attribute([name, *path]) for member in ordered]


def group_template(names: Sequence[str], definition: Mapping[str, Any], index_var: str) -> dict[str, Any]:
    """The nested stack's template: one resource for each name."""
    resources = {}
    for name in names:
        member: dict[str, Any] = {"type": definition["type"]}
        given = {key: value for key, value in (definition.get("properties") or {}).items() if value is not None}
        if given:
            member["properties"] = _with_index(given, index_var, name)
        if definition.get("metadata"):
            member["metadata"] = definition["metadata"]
        resources[name] = member
    return {"heat_template_version": VERSION, "resources": resources}


def _with_index(value: Any, index_var: str, name: str) -> Any:
    """Replace the index variable in texts at any depth, in values and not in keys."""
    if isinstance(value, str):
        return value.replace(index_var, name)
    if isinstance(value, Mapping):
        return {key: _with_index(item, index_var, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_index(item, index_var, name) for item in value]
    return value
