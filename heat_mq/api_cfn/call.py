"""One action as its handler sees it."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from heat_mq.api_cfn.errors import AwsError
from heat_mq.arn import FORM, parse_arn
from heat_mq.context import RequestContext
from heat_mq.errors import suggestion
from heat_mq.rpc.answers import StackIdentity
from heat_mq.rpc.contract import EngineMethods
from heat_mq.text import TRUTHS
from heat_mq.web.service import Service

#: What the engine's column of whole numbers holds.
_LARGEST = 2**31 - 1


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A request that may be served: its policy has been checked. Every reader raises ``AwsError``."""

    service: Service
    context: RequestContext
    params: dict[str, str]

    @property
    def engine(self) -> EngineMethods:
        return self.service.engine

    def text(self, *names: str) -> str | None:
        """The first of the parameters that is given and not empty."""
        return next((self.params[name] for name in names if self.params.get(name)), None)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise AwsError("MissingParameter", f"The parameter {name} is missing.")
        return value

    def flag(self, name: str) -> bool | None:
        value = self.text(name)
        if value is None:
            return None
        found = TRUTHS.get(value.lower())
        if found is None:
            raise AwsError("InvalidParameterValue", f"{name} is true or false, not {value!r:.80}.")
        return found

    def count(self, name: str) -> int | None:
        """A whole number of at least 0."""
        value = self.text(name)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit()) or len(value) > 10 or int(value) > _LARGEST:
            raise AwsError(
                "InvalidParameterValue", f"{name} is a whole number from 0 to {_LARGEST}, not {value!r:.80}."
            )
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in choices:
            hint = suggestion(value, choices)
            raise AwsError("InvalidParameterValue", f"{name} is one of {', '.join(choices)}, not {value!r:.80}.{hint}")
        return value

    def members(self, name: str) -> list[str]:
        """The texts ``NAME.member.1``, ``NAME.member.2``, … in order."""
        return [item[""] for item in self._items(name) if "" in item]

    def pairs(self, name: str, key: str, value: str) -> dict[str, str]:
        """``NAME.member.N.KEY`` and ``NAME.member.N.VALUE`` as a map."""
        found: dict[str, str] = {}
        for number, item in enumerate(self._items(name), 1):
            if key not in item or value not in item:
                raise AwsError("InvalidParameterValue", f"{name}.member.{number} has not both {key} and {value}.")
            found[item[key]] = item[value]
        return found

    def _items(self, name: str) -> list[dict[str, str]]:
        """The members by their numbers, each with its fields; one without fields has "" alone."""
        found: dict[int, dict[str, str]] = {}
        pattern = re.compile(re.escape(name) + r"\.member\.([0-9]{1,6})(?:\.(\w+))?")
        for given, value in self.params.items():
            match = pattern.fullmatch(given)
            if match is not None:
                found.setdefault(int(match[1]), {})[match[2] or ""] = value
        return [found[number] for number in sorted(found)]

    def identity(self, name: str) -> StackIdentity:
        """The stack that a name, an id or an ARN names."""
        if not name.startswith("arn:"):
            return self.engine.identify_stack(self.context, name)
        arn = parse_arn(name)
        if arn is None:
            raise AwsError("InvalidParameterValue", f"{name!r:.200} is not the ARN of a stack: {FORM}.")
        return {"tenant": arn.project_id, "stack_name": arn.stack_name, "stack_id": arn.stack_id, "path": ""}

    def stack(self) -> StackIdentity:
        """The stack that StackName names; it must be given."""
        return self.identity(self.required("StackName"))


#: What an action answers: the content of its Result element.
Result = dict[str, Any] | None
