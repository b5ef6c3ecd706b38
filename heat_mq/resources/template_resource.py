"""A resource whose type is a template: parameters are its properties, outputs its attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import DONE, Call, Outcome, Props, Support
from heat_mq.resources.kit.nested import NestedStack, with_members
from heat_mq.template.provider import REFERENCE_OUTPUT, child_parameters
from heat_mq.template.tree import select

MEMBER: Final = "resource."
"""``get_attr: [me, resource.NAME, ATTRIBUTE]`` looks at a resource of the nested stack."""

_REFERENCE: Final = "reference_id"


class TemplateResource(NestedStack):
    """Stands alone for a stored resource whose template is not at hand; :mod:`.implementation` makes the full types.

    ``source`` is the template's text, ``digest`` its name by content, ``file`` where it was found; ``own_reference``:
    it has an output that is the reference id.
    """

    support = Support(version="2013.1")
    source: ClassVar[str] = ""
    digest: ClassVar[str] = ""
    file: ClassVar[str] = ""
    own_reference: ClassVar[bool] = False

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        parameters = child_parameters(cls.Properties.props, props)
        return {"template": cls.source, "file": cls.file, "parameters": parameters}

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        return self.preview_child(with_members(self, call, props)) or {}

    def check_create(self, call: Call) -> Outcome:
        return self._with_reference(call, super().check_create(call))

    def check_update(self, call: Call) -> Outcome:
        return self._with_reference(call, super().check_update(call))

    def reference_id(self, data: Mapping[str, Any]) -> Any:
        return data[_REFERENCE] if _REFERENCE in data else super().reference_id(data)

    @classmethod
    def offers(cls, attribute: str) -> bool:
        return attribute.startswith(MEMBER) or super().offers(attribute)

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        if not name.startswith(MEMBER) or name in type(self).Attributes.props:
            return super().attribute_at(call, name, path)
        _, wanted, *attribute = name.split(".", 2)
        for member in self._children(call).members(self.physical_id):
            if member.name == wanted:
                steps = [*attribute, *path]
                return member.attribute(steps) if steps else member.reference_id
        return select(None, list(path))

    def _with_reference(self, call: Call, outcome: Outcome) -> Outcome:
        """Keep what the template says its reference id is, as it is when the nested stack is complete."""
        if outcome == DONE:
            call.data.pop(_REFERENCE, None)
            if self.own_reference:
                call.data[_REFERENCE] = self._children(call).output(self.physical_id, REFERENCE_OUTPUT)
        return outcome
