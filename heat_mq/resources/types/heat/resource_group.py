"""OS::Heat::ResourceGroup: so many resources of one definition, in a nested stack."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.groups import batches
from heat_mq.resources.groups.group import (
    MEMBER,
    Group,
    of_member,
    references,
    references_by_name,
    template_of,
    values,
    values_by_name,
    without,
)
from heat_mq.resources.kit import (
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
)
from heat_mq.template.marks import UNKNOWN
from heat_mq.template.tree import select


class ResourceGroup(Group, type="OS::Heat::ResourceGroup"):
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
    def child_size(cls, props: Mapping[str, Any]) -> int:
        count = props.get("count")
        return count if isinstance(count, int) else 0

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        count, definition, index_var = props.get("count"), props.get("resource_def"), props.get("index_var")
        if not isinstance(count, int) or not isinstance(definition, Mapping) or not isinstance(index_var, str):
            return None
        if any(part is UNKNOWN for part in definition.values()):
            return None
        return {"template": group_template([str(index) for index in range(count)], definition, index_var)}

    @classmethod
    def trial_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        """One member shows it also for a group that has none yet."""
        return cls.preview_child({**props, "count": 1} if props.get("count") == 0 else props)

    # --- steps --------------------------------------------------------------------------------

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        names = self._names(call, props)
        return {"template": group_template(names, props.resource_def, props.index_var), "parameters": {}}

    def create(self, call: Call, props: Props) -> str:
        self._skip(call, props)
        policy = batches.Batches.of(call.policy.get("batch_create"))
        if policy is not None:
            self.plan(call, batches.growing(self._names(call, props), policy.size), policy.pause)
            return self._children(call).create({"template": template_of({}), "parameters": {}})
        return super().create(call, props)

    def check_create(self, call: Call) -> Outcome:
        return self.follow(call, lambda step: self._apply(call, step))

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        self._skip(call, props)
        policy = batches.Batches.of(call.policy.get("rolling_update"))
        if policy is not None and "resource_def" in changed and call.old.get("resource_def"):
            there = sorted(self._children(call).definitions(self.physical_id), key=int)
            wanted = self._names(call, props)
            taken = {*there, *wanted, *call.data["skip"]}
            spare = (name for name in map(str, itertools.count()) if name not in taken)
            steps = batches.rolling(there, wanted, policy.size, policy.min_in_service, spare)
            self.plan(call, steps, policy.pause)
            return
        super().update(call, props, changed)

    def check_update(self, call: Call) -> Outcome:
        return self.follow(call, lambda step: self._apply(call, step))

    def _apply(self, call: Call, step: batches.Step) -> None:
        """Give the child the members of a batch by the new definition; the rest stays as it is."""
        props, children = Props(call.wanted), self._children(call)
        kept = without(children.definitions(self.physical_id), step["gone"])
        made = group_template(step["new"], props.resource_def, props.index_var)
        template = template_of({**kept, **made["resources"]})
        children.update(self.physical_id, {"template": template, "parameters": {}})

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
        count = call.admit(props.count)
        while len(names) < count:
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
        match name:
            case "refs":
                return references(ordered, path)
            case "refs_map":
                return references_by_name(ordered, path)
            case "attributes":
                return values_by_name(ordered, path) if path else None
        if name.startswith(MEMBER):
            return of_member(self.record.name, members, name, path)
        return values(ordered, [name, *path])


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
    return template_of(resources)


def _with_index(value: Any, index_var: str, name: str) -> Any:
    """Replace the index variable in texts at any depth, in values and not in keys."""
    if isinstance(value, str):
        return value.replace(index_var, name)
    if isinstance(value, Mapping):
        return {key: _with_index(item, index_var, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_index(item, index_var, name) for item in value]
    return value
