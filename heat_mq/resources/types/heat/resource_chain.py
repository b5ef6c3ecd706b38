"""OS::Heat::ResourceChain: resources of several types with the same properties, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heat_mq.resources.groups.group import MEMBER, Group, of_member, references, template_of, values, values_by_name
from heat_mq.resources.kit import IN_PLACE, Bool, Call, List, Map, Props, Schema, Support
from heat_mq.template.marks import is_known


class ResourceChain(Group, type="OS::Heat::ResourceChain"):
    """Members are named "0", "1", … in the order of their types."""

    support = Support(version="6.0.0")

    class Properties(Schema):
        resources = List("Types of the members, in order.", required=True, update=IN_PLACE)
        concurrent = Bool("Whether members are made at once, without an order.", default=False)
        resource_properties = Map("Properties of every member.")

    class Attributes(Schema):
        open = True
        refs = List("Reference ids of the members.")
        attributes = Map("An attribute of every member, by member name.")

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        types, given, concurrent = (props.get(name) for name in ("resources", "resource_properties", "concurrent"))
        if not isinstance(types, list) or not is_known([types, given, concurrent]):
            return None
        resources: dict[str, Any] = {}
        for at, type_name in enumerate(types):
            member: dict[str, Any] = {"type": type_name}
            if given:
                member["properties"] = dict(given)
            if at and not concurrent:
                member["depends_on"] = [str(at - 1)]
            resources[str(at)] = member
        return {"template": template_of(resources), "parameters": {}}

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        return self.preview_child(props) or {}

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """``refs``, ``resource.<name>[.<attribute>]``, ``attributes``, or an attribute of every member."""
        found = {member.name: member for member in self._children(call).members(self.physical_id)}
        members = [found[key] for key in sorted(found, key=int)]
        match name:
            case "refs":
                return references(members, path)
            case "attributes":
                return values_by_name(members, path) if path else None
        if name.startswith(MEMBER):
            return of_member(self.record.name, found, name, path)
        return values(members, [name, *path])
