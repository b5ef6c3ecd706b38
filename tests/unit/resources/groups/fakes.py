"""A nested stack and the other resources of a stack, as groups see them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from typing import Any

from heat_mq.errors import StepFailed
from heat_mq.resources.kit.call import Peer


@dataclasses.dataclass
class Member:
    """The attribute of a member is its name and the path."""

    name: str
    status: str = "COMPLETE"
    created_at: int = 0

    @property
    def reference_id(self) -> str:
        return f"id-{self.name}"

    def attribute(self, path: list[Any]) -> Any:
        return f"{self.name}:{'.'.join(str(step) for step in path)}"


class Child:
    """Fulfils ``heat_mq.resources.kit.call.ChildStacks``; an action takes one look. ``history`` keeps the children."""

    def __init__(self) -> None:
        self.history: list[dict[str, Any]] = []
        self.rows: dict[str, Member] = {}
        self.busy = False
        self.gone = True
        self.suspended = 0
        self._ages = 0

    @property
    def resources(self) -> dict[str, Any]:
        return dict(self.history[-1]["template"]["resources"])

    def create(self, child: dict[str, Any]) -> str:
        self.gone = False
        self.update("child", child)
        return "child"

    def existing(self) -> str | None:
        return None if self.gone else "child"

    def update(self, stack_id: str, child: dict[str, Any]) -> None:
        self.history.append(child)
        self.busy = True
        for name in self.resources:
            if name not in self.rows:
                self._ages += 1
                self.rows[name] = Member(name, created_at=self._ages)
        self.rows = {name: row for name, row in self.rows.items() if name in self.resources}

    def delete(self, stack_id: str) -> None:
        self.gone = True

    def suspend(self, stack_id: str) -> None:
        assert not self.busy, "a stack that is being changed cannot be suspended"
        self.suspended += 1

    def state(self, stack_id: str) -> tuple[str, str, str] | None:
        if self.gone:
            return None
        busy, self.busy = self.busy, False
        return ("UPDATE", "IN_PROGRESS" if busy else "COMPLETE", "")

    def outputs(self, stack_id: str) -> dict[str, Any]:
        return {}

    def members(self, stack_id: str) -> list[Member]:
        return list(self.rows.values())

    def definitions(self, stack_id: str) -> dict[str, Any]:
        return self.resources

    def oldest_first(self) -> list[str]:
        return [row.name for row in sorted(self.rows.values(), key=lambda row: row.created_at)]


class Peers:
    """Fulfils ``heat_mq.resources.kit.call.Peers``.

    ``told`` are load balancers with the members that leave them; telling takes so many ``looks``. ``watch`` is asked
    each time, its answers are ``watched``.
    """

    def __init__(self) -> None:
        self.known: dict[str, Peer] = {}
        self.told: list[tuple[list[str], list[str]]] = []
        self.looks = 1
        self.watch: Callable[[], Any] = lambda: None
        self.watched: list[Any] = []

    def add(
        self, name: str, type_name: str, properties: dict[str, Any], metadata: dict[str, Any] | None = None
    ) -> None:
        self.known[name] = Peer(name, type_name, properties, metadata or {})

    def find(self, reference: str) -> Peer:
        if reference not in self.known:
            raise StepFailed(f"{reference} is no resource of this stack")
        return self.known[reference]

    def behind(self, balancer: str) -> list[str]:
        return []

    def tell(self, balancers: Sequence[str], leaving: Collection[str] = ()) -> bool:
        self.told.append((list(balancers), list(leaving)))
        self.watched.append(self.watch())
        return len(self.told) >= self.looks
