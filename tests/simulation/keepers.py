"""A resource type whose objects hold something that snapshots save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from heat_mq.db.tables import resource_copy
from heat_mq.resources.kit import DONE, IN_PLACE, Call, CloudGone, Failed, Outcome, Props, Str, Wait, registry
from tests.simulation.types import Thing
from tests.simulation.world import World


class Keeper(Thing):
    """What an object holds is its ``content``, which only its guest changes."""

    type = "Sim::Keeper"

    class Properties(Thing.Properties):
        copy = Str("Copy whose content the object gets.", update=IN_PLACE)
        spoils = Str("Each copy goes bad, with this reason.", default="", update=IN_PLACE)

    def create(self, call: Call, props: Props) -> str:
        fields = {"value": props.value, "uses": props.uses, "content": _content(call, props.copy)}
        return str(call.api.make(self.record.physical_name, fields))

    def needs_replace_failed(self, call: Call) -> bool:
        return bool(call.api.get(self.physical_id)["state"] == "ERROR")

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        fields: dict[str, Any] = {"value": props.value, "uses": props.uses}
        if "copy" in changed and props.copy:
            fields["content"] = _content(call, props.copy)
        call.api.change(self.physical_id, fields)

    def snapshot(self, call: Call) -> None:
        assert call.copy is not None
        found = call.api.find_copy(call.copy.name)
        call.copy.data["copy_id"] = found or call.api.save(self.physical_id, call.copy.name)

    def check_snapshot(self, call: Call) -> Outcome:
        assert call.copy is not None
        copy = call.api.get_copy(call.copy.data["copy_id"])
        copy["looks"] += 1
        if copy["looks"] < 3:
            return Wait(1)
        if self.record.properties["spoils"]:
            raise Failed(self.record.properties["spoils"])
        return DONE

    def delete_snapshot(self, call: Call) -> None:
        assert call.copy is not None
        copy_id = call.copy.data.get("copy_id") or call.api.find_copy(call.copy.name)
        if copy_id is None:
            raise CloudGone("there is no such copy")
        call.api.drop(copy_id)

    @classmethod
    def restored(cls, saved: Mapping[str, Any]) -> dict[str, Any]:
        return {"copy": saved["copy_id"]} if "copy_id" in saved else {}


def _content(call: Call, copy_id: str | None) -> str:
    return str(call.api.get_copy(copy_id)["content"]) if copy_id else ""


@contextmanager
def registered() -> Iterator[None]:
    known = registry.load()
    known[Keeper.type] = Keeper
    try:
        yield
    finally:
        del known[Keeper.type]


def keeper(**properties: Any) -> dict[str, Any]:
    """The definition of one; ``uses`` names resources."""
    if "uses" in properties:
        properties["uses"] = [{"get_resource": name} for name in properties["uses"]]
    return {"type": Keeper.type, "properties": properties}


def fill(world: World, resource: str, content: str) -> None:
    """What the guests of a resource's objects write."""
    for item in world.cloud.named(resource):
        item["content"] = content


def contents(world: World, resource: str) -> list[str]:
    return [str(item.get("content")) for item in world.cloud.named(resource)]


def lost_copies(world: World) -> list[str]:
    """Names of copies in the cloud that no snapshot knows, or that are there twice."""
    known = world.database.read(lambda c: {row.copy_name for row in c.execute(resource_copy.select())})
    names = [item["name"] for item in world.cloud.copies.values()]
    return [name for name in names if name not in known or names.count(name) > 1]
