"""What the types have in common whose physical object is one object of Keystone with an id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.resources.kit import DONE, Call, Outcome, Props
from heat_mq.resources.kit.names import marker
from heat_mq.resources.kit.unfinished import DROPPED, WholeOrNothing

LATER: Final = "later"  # progress: what a create leaves for check_create
DESCRIPTION: Final = "description"


class KeystoneObject(WholeOrNothing):
    """A project, a user, …; subclasses name their ``kind``, by which Keystone's paths and bodies are called.

    An object that the template gives no name is found after an interrupted create by its physical name. One that has a
    name carries the resource's id in its description, which Keystone keeps for every kind, until ``check_create`` puts
    the description there that the template asks for: no other object of that name is taken for it.
    """

    service = "identity"
    kind: ClassVar[str] = ""
    #: Keys that Keystone calls differently.
    keys: ClassVar[Mapping[str, str]] = {"domain": "domain_id"}
    #: Properties that are no attributes of the object.
    apart: ClassVar[frozenset[str]] = frozenset()
    #: What Keystone never changes, though Heat's type says that it could be.
    fixed: ClassVar[frozenset[str]] = frozenset({"domain"})

    # --- what subclasses add ------------------------------------------------------------------

    def later(self, props: Props) -> dict[str, Any]:
        """JSON for :meth:`finish`: what needs calls of its own once the id is stored."""
        return {}

    def finish(self, call: Call, rest: Mapping[str, Any]) -> None:
        """Do what a create leaves for later; safe to repeat."""

    def candidates(self, call: Call, props: Props) -> Iterable[Mapping[str, Any]]:
        """Objects among which that of an interrupted create would be."""
        query = {"name": self._name(props), "domain_id": props.get("domain")}
        return call.api.each(f"/{self.kind}s", f"{self.kind}s", query=query)

    # --- verbs --------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        self._plan(call, props)
        mine = (DESCRIPTION, marker(self.record)) if self.is_marked(props) else ("name", self.record.physical_name)
        return next((str(each["id"]) for each in self.candidates(call, props) if each.get(mine[0]) == mine[1]), None)

    def create(self, call: Call, props: Props) -> str:
        self._plan(call, props)
        body = {key: value for key, value in self.body(props, props).items() if value is not None}
        if self.is_marked(props):
            body[DESCRIPTION] = marker(self.record)
        return str(call.api.post(f"/{self.kind}s", {self.kind: body})[self.kind]["id"])

    def check_create(self, call: Call) -> Outcome:
        rest = call.progress.get(LATER, {})
        if DESCRIPTION in rest:
            self.change(call, {DESCRIPTION: rest[DESCRIPTION]})
        self.finish(call, rest)
        return DONE

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        return bool(changed & self.fixed)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        body = self.body(props, changed)
        if body:
            self.change(call, body)

    def delete(self, call: Call) -> None:
        if not call.data.get(DROPPED):
            call.api.delete(self.path())

    def read(self, call: Call) -> dict[str, Any]:
        return dict(call.api.get(self.path())[self.kind])

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: self.keys.get(name, name) for name in self.Properties.props if name not in self.apart}
        return {name: live[key] for name, key in found.items() if key in live}

    # --- for subclasses -----------------------------------------------------------------------

    def path(self) -> str:
        return f"/{self.kind}s/{self.physical_id}"

    def change(self, call: Call, body: Mapping[str, Any]) -> None:
        """Change the given keys and no others."""
        call.api.patch(self.path(), {self.kind: dict(body)})

    def body(self, props: Props, names: Iterable[str]) -> dict[str, Any]:
        """Keystone's keys and values for these properties."""
        body = {self.keys.get(name, name): props[name] for name in names if name not in self.apart}
        if "name" in body:
            body["name"] = self._name(props)
        if DESCRIPTION in body:
            body[DESCRIPTION] = props.description or ""  # Keystone takes text alone
        return body

    def is_marked(self, props: Props) -> bool:
        """Whether the name cannot tell whose object it is."""
        return bool(props.get("name"))

    # --- inside -------------------------------------------------------------------------------

    def _name(self, props: Props) -> str:
        return str(props.get("name") or self.record.physical_name)

    def _plan(self, call: Call, props: Props) -> None:
        described = {DESCRIPTION: props.get(DESCRIPTION) or ""} if self.is_marked(props) else {}
        call.progress[LATER] = {**self.later(props), **described}
