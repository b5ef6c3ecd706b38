"""A cloud that is a dict, with trouble on demand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from heat_mq.errors import CloudConflict, CloudGone


class Death(BaseException):
    """The worker dies here; nothing in a type or in the engine may catch it."""


#: Called with "before" or "after", the verb and the object's name; may raise what the call shall end with.
Trouble = Callable[[str, str, str], None]


def no_trouble(moment: str, verb: str, name: str) -> None:
    """All is well."""


class FakeCloud:
    """Objects by id; ``log`` tells every change in order. An object that another one uses cannot be removed."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.copies: dict[str, dict[str, Any]] = {}
        self.log: list[tuple[str, str]] = []
        self.trouble: Trouble = no_trouble
        #: Calls that should not have come, in sentences.
        self.wrongs: list[str] = []
        self._numbers = itertools.count(1)

    # --- what types call ----------------------------------------------------------------------

    def make(self, name: str, fields: Mapping[str, Any]) -> str:
        self.trouble("before", "make", name)
        id = f"object-{next(self._numbers)}"
        for used in fields.get("uses") or ():
            if used not in self.objects:
                raise CloudGone(f"{name} cannot use {used}: it does not exist")
        self._expect_ready(name, fields)
        self.objects[id] = {"name": name, "looks": 0, "state": "ACTIVE", "ready": False, **fields}
        self.log.append(("make", id))
        self.trouble("after", "make", name)
        return id

    def change(self, id: str, fields: Mapping[str, Any], *, at_once: bool = False) -> None:
        """Give an object other values; it takes some looks again, unless that is done ``at_once``.

        It takes none when somebody else has done the same while the call was on its way: a worker that stood still just
        before its call cannot know, and nothing is left to do.
        """
        found = self.get(id)
        changes = self.log.count(("change", id))
        self.trouble("before", "change", found["name"])
        self._expect_ready(found["name"], fields)
        late = self.log.count(("change", id)) > changes and fields.items() <= found.items()
        found.update(fields, **({} if at_once or late else {"looks": 0, "ready": False}))
        self.log.append(("change", id))
        self.trouble("after", "change", found["name"])

    def remove(self, id: str) -> None:
        found = self.get(id)
        self.trouble("before", "remove", found["name"])
        users = [other for other, item in self.objects.items() if id in (item.get("uses") or ())]
        if users:
            raise CloudConflict(f"{id} is in use by {', '.join(users)}")
        del self.objects[id]
        self.log.append(("remove", id))
        self.trouble("after", "remove", found["name"])

    def turn(self, id: str, verb: str, state: str) -> None:
        """Bring an object into another state."""
        found = self.get(id)
        self.trouble("before", verb, found["name"])
        found["state"] = state
        self.log.append((verb, id))
        self.trouble("after", verb, found["name"])

    def get(self, id: str) -> dict[str, Any]:
        if id not in self.objects:
            raise CloudGone(f"{id} does not exist")
        return self.objects[id]

    def find(self, name: str) -> str | None:
        return next((id for id, item in self.objects.items() if item["name"] == name), None)

    def _expect_ready(self, name: str, fields: Mapping[str, Any]) -> None:
        for used in fields.get("uses") or ():
            if used in self.objects and not self.objects[used]["ready"]:
                self.wrongs.append(f"{name} shall use {self.objects[used]['name']}, which is not ready")

    # --- copies -------------------------------------------------------------------------------

    def save(self, id: str, name: str) -> str:
        """A copy of what an object holds; answers the copy's id."""
        found = self.get(id)
        self.trouble("before", "save", name)
        copy_id = f"copy-{next(self._numbers)}"
        self.copies[copy_id] = {"name": name, "content": found.get("content", ""), "looks": 0}
        self.log.append(("save", copy_id))
        self.trouble("after", "save", name)
        return copy_id

    def drop(self, copy_id: str) -> None:
        name = self.get_copy(copy_id)["name"]
        self.trouble("before", "drop", name)
        del self.copies[copy_id]
        self.log.append(("drop", copy_id))
        self.trouble("after", "drop", name)

    def get_copy(self, copy_id: str) -> dict[str, Any]:
        if copy_id not in self.copies:
            raise CloudGone(f"{copy_id} does not exist")
        return self.copies[copy_id]

    def find_copy(self, name: str) -> str | None:
        return next((id for id, item in self.copies.items() if item["name"] == name), None)

    # --- what tests ask -----------------------------------------------------------------------

    def named(self, resource: str) -> list[dict[str, Any]]:
        """The objects of a resource of any stack."""
        return [item for item in self.objects.values() if item["name"].split("-")[-2] == resource]


class FakeClouds:
    """Stands where :class:`heat_mq.clients.session.Clouds` does; everybody sees the same cloud."""

    def __init__(self, cloud: FakeCloud) -> None:
        self._cloud = cloud
        self.trusts: set[str] = set()
        self.roles: tuple[str, ...] = ("member",)
        self._numbers = itertools.count(1)
        self.settings = SimpleNamespace(redelegation=False, deferred_auth="trusts")

    def cloud(self, credential: Any, region: str | None = None) -> FakeClouds:
        return self

    def service(self, service_type: str) -> FakeCloud:
        return self._cloud

    def has(self, service_type: str) -> bool:
        return True

    def token(self) -> str:
        return "token"

    def rights(self) -> dict[str, Any]:
        return {"user_id": "user", "project_id": "project", "roles": list(self.roles)}

    def delegate(self, credential: Any) -> Any:
        from heat_mq.clients.credentials import TrustCredential

        trust = TrustCredential(f"trust-{next(self._numbers)}")
        self.trusts.add(trust.trust_id)
        return trust

    def undelegate(self, trust: Any) -> None:
        self.trusts.discard(trust.trust_id)

    def forget(self, trust: Any) -> None:
        """There are no connections to drop."""
