"""AWS::CloudFormation::Stack: a nested stack whose template is at a URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import Problem, StepFailed
from heat_mq.resources.kit import IN_PLACE, Call, Int, Map, Props, Schema, Str
from heat_mq.resources.kit.nested import NestedStack

OUTPUTS: Final = "Outputs."
_PLACES: Final = ("http://", "https://")


class Stack(NestedStack, type="AWS::CloudFormation::Stack"):
    class Properties(Schema):
        TemplateURL = Str("URL of the template.", required=True, update=IN_PLACE)
        TimeoutInMinutes = Int("Minutes that an action on the nested stack may take.", update=IN_PLACE)
        Parameters = Map("Values of the template's parameters.", update=IN_PLACE)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        url = props.get("TemplateURL")
        if isinstance(url, str) and not url.startswith(_PLACES):
            yield Problem(f"{url[:200]!r} is no http or https URL", path="TemplateURL")

    @classmethod
    def offers(cls, attribute: str) -> bool:
        return attribute.startswith(OUTPUTS) or super().offers(attribute)

    @classmethod
    def preview_child(cls, props: Mapping[str, Any]) -> dict[str, Any] | None:
        url = props.get("TemplateURL")
        if not isinstance(url, str):
            return None
        child: dict[str, Any] = {"template_url": url, "parameters": props.get("Parameters") or {}}
        minutes = props.get("TimeoutInMinutes")
        return {**child, "timeout_mins": minutes} if isinstance(minutes, int) else child

    def child(self, call: Call, props: Props) -> dict[str, Any]:
        child = self.preview_child(props)
        if child is None:
            raise StepFailed("TemplateURL is not known")
        return child

    def attribute_at(self, call: Call, name: str, path: Sequence[Any]) -> Any:
        """``Outputs.NAME``: an output of the nested stack."""
        return super().attribute_at(call, name.removeprefix(OUTPUTS), path)
