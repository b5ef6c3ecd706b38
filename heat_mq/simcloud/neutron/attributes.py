"""The attributes of a kind of object: who may set which, when, and to what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, Final

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.neutron.checks import Check, Inconvertible, Invalid, anything
from heat_mq.simcloud.refusal import bad_request, forbidden


class _Missing:
    """Marks a default that does not exist."""


POLICY = "PolicyNotAuthorized"
REQUIRED: Final = _Missing()
UNSET: Final = _Missing()


@dataclasses.dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a body.

    ``default`` REQUIRED refuses a request without it; UNSET leaves it out of the values, so that the kind
    itself decides. ``post`` and ``put`` say whether a client may give it at all, ``admin`` that only an
    administrator may give another than the default, ``hidden`` that only one sees it.
    """

    name: str
    check: Check = anything
    default: Any = UNSET
    post: bool = True
    put: bool = True
    admin: bool = False
    hidden: bool = False


class Attributes:
    """Checks bodies against the attributes of one kind (``singular``)."""

    def __init__(self, singular: str, attributes: Iterable[Attribute]) -> None:
        self.singular = singular
        self._by_name = {each.name: each for each in attributes}

    def __iter__(self) -> Iterator[Attribute]:
        return iter(self._by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def created(self, body: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """The values of a new object, defaults included; Refusal 400 or 403."""
        self._refuse_unknown(body)
        values: dict[str, Any] = {}
        for attribute in self:
            if attribute.name in body:
                if not attribute.post:
                    raise bad_request(f"Attribute '{attribute.name}' not allowed in POST")
                values[attribute.name] = _checked(attribute, body[attribute.name])
                if values[attribute.name] != attribute.default:
                    self._permit("create", attribute, caller)
            elif attribute.default is REQUIRED:
                raise bad_request(f"Failed to parse request. Required attribute '{attribute.name}' not specified")
            elif attribute.default is not UNSET:
                default = attribute.default
                values[attribute.name] = list(default) if isinstance(default, list) else default
        return values

    def changed(self, body: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """The values that an update gives; Refusal 400 or 403."""
        self._refuse_unknown(body)
        values = {}
        for name, value in body.items():
            attribute = self._by_name[name]
            if not attribute.put:
                raise bad_request(f"Cannot update read-only attribute {name}")
            self._permit("update", attribute, caller)
            values[name] = _checked(attribute, value)
        return values

    def hidden(self) -> frozenset[str]:
        """The names that only an administrator sees."""
        return frozenset(each.name for each in self if each.hidden)

    def _permit(self, verb: str, attribute: Attribute, caller: Caller) -> None:
        if attribute.admin and not caller.is_admin:
            raise not_permitted(f"{verb}_{self.singular}", attribute.name)

    def _refuse_unknown(self, body: dict[str, Any]) -> None:
        if unknown := sorted(set(body) - set(self._by_name)):
            raise bad_request(f"Unrecognized attribute(s) '{', '.join(unknown)}'")


def not_permitted(action: str, *attributes: str) -> Exception:
    """The refusal of what the policy allows to administrators (or owners) only."""
    rules = " and ".join(f"rule:{each}" for each in (action, *(f"{action}:{name}" for name in attributes)))
    return forbidden(f"({rules}) is disallowed by policy" if attributes else f"{rules} is disallowed by policy", POLICY)


def _checked(attribute: Attribute, value: Any) -> Any:
    try:
        return attribute.check(value)
    except Inconvertible as problem:
        raise bad_request(f"Invalid input for operation: {problem}.", "InvalidInput") from problem
    except Invalid as problem:
        raise bad_request(f"Invalid input for {attribute.name}. Reason: {problem}.") from problem
