"""The type itself: each verb says what happens, the modules beside it how.

A volume begins with the resource's physical name, by which an interrupted create is found, and gets the name that the
template gives once its id is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudError,
    CloudGone,
    CloudTransient,
    Failed,
    Outcome,
    Props,
    Resource,
)
from heat_mq.resources.kit.polling import looks, wait
from heat_mq.resources.types.cinder.volume import backup, changes, status
from heat_mq.resources.types.cinder.volume.schema import VolumeAttributes, VolumeProperties
from heat_mq.template.marks import UNKNOWN

AFTERWARDS: Final = "afterwards"  # progress: what is left to do for a new volume
ASKED: Final = "asked"  # progress: the deletion was accepted
PATIENCE: Final = 60  # looks at a volume in use, about seven minutes
SOURCES: Final = ("snapshot_id", "source_volid", "image", "imageRef", "backup_id")


class Volume(Resource, type="OS::Cinder::Volume"):
    service = "block-storage"
    snapshots: ClassVar[bool] = True

    class Properties(VolumeProperties):
        pass

    class Attributes(VolumeAttributes):
        pass

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        def given(key: str) -> bool:
            return props.get(key) is UNKNOWN or props.get(key) not in (None, "", 0)

        sources = [source for source in SOURCES if given(source)]
        if len(sources) > 1:
            yield Problem(f"{' and '.join(sources)} cannot be given together", path=sources[0])
        if not sources and not given("size"):
            yield Problem("A volume that is made of nothing needs a size", path="size", expected="a size in GiB")
        if given("image") and not given("size"):
            yield Problem("A volume that is made of an image needs a size", path="size", expected="a size in GiB")

    # --- create -------------------------------------------------------------------------------

    def find_existing(self, call: Call, props: Props) -> str | None:
        name = self.record.physical_name
        for volume in call.cloud.volume.each("/volumes", "volumes", query={"name": name}):
            if volume["name"] == name:
                self._note_afterwards(call, props)
                return str(volume["id"])
        return None

    def create(self, call: Call, props: Props) -> str:
        self._note_afterwards(call, props)
        name = self.record.physical_name
        if props.backup_id:
            answer = call.cloud.volume.post(f"/backups/{props.backup_id}/restore", {"restore": {"name": name}})
            return str(answer["restore"]["volume_id"])
        values = {
            "size": props.size,
            "name": name,
            "description": props.description,
            "availability_zone": props.availability_zone,
            "volume_type": props.volume_type,
            "snapshot_id": props.snapshot_id,
            "source_volid": props.source_volid,
            "imageRef": props.image,
            "metadata": changes.text_of(props.metadata),
            "multiattach": props.multiattach,
        }
        body: dict[str, Any] = {"volume": {key: value for key, value in values.items() if value}}
        if props.scheduler_hints:
            body["OS-SCH-HNT:scheduler_hints"] = dict(props.scheduler_hints)
        return str(call.cloud.volume.post("/volumes", body)["volume"]["id"])

    def check_create(self, call: Call) -> Outcome:
        if not looks(call):  # it was asked for a moment ago
            return status.wait(call, self.physical_id, "creating")
        volume = status.show(call, self.physical_id)
        if volume["status"] in status.CREATING:
            return status.wait(call, volume["id"], volume["status"])
        if volume["status"] not in status.READY:
            raise status.failure(call, volume, "Creating the volume failed")
        afterwards = call.progress.get(AFTERWARDS, {})
        if "name" in afterwards:
            changes.rename(call, self.physical_id, afterwards["name"], afterwards.get("description"))
        if "metadata" in afterwards:
            changes.set_metadata(call, volume, afterwards["metadata"])
        if "read_only" in afterwards:
            changes.set_read_only(call, self.physical_id, afterwards["read_only"])
        return DONE

    def _note_afterwards(self, call: Call, props: Props) -> None:
        """What cannot be said when the volume is made: the final name, and all of a volume that comes from a backup."""
        noted: dict[str, Any] = {}
        if props.name or props.backup_id:
            noted |= {"name": self._name(props), "description": props.description}
        if props.backup_id and props.metadata:
            noted["metadata"] = dict(props.metadata)
        if props.read_only is not None:
            noted["read_only"] = props.read_only
        call.progress[AFTERWARDS] = noted

    def _name(self, props: Props) -> str:
        return str(props.name or self.record.physical_name)

    # --- update -------------------------------------------------------------------------------

    def needs_replace(self, call: Call, props: Props, changed: frozenset[str]) -> bool:
        """A volume cannot shrink: one that has grown since its snapshot is restored into a new one."""
        if not (call.restoring and props.size):
            return False
        return bool(status.show(call, self.physical_id)["size"] > props.size)

    def needs_replace_failed(self, call: Call) -> bool:
        if self.record.physical_id is None:
            return True
        volume = status.find(call, self.physical_id)
        return volume is None or volume["status"] in ("error", "deleting")

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        changes.begin(call, self.record, props, changed, self._name(props))

    def check_update(self, call: Call) -> Outcome:
        return changes.advance(call, self.physical_id)

    # --- delete -------------------------------------------------------------------------------

    def snapshot_delete(self, call: Call) -> None:
        if self.record.physical_id is not None:
            backup.begin(call, self.record, self.physical_id)

    def check_snapshot_delete(self, call: Call) -> Outcome:
        return backup.check(call)

    def delete(self, call: Call) -> None:
        """Nothing yet: a volume that is still attached cannot be deleted, which :meth:`check_delete` waits for."""

    def check_delete(self, call: Call) -> Outcome:
        volume = status.find(call, self.physical_id) if self.record.physical_id is not None else None
        if volume is None:
            return DONE
        if volume["status"] == "error_deleting":
            if call.progress.get(ASKED):
                raise status.failure(call, volume, "Deleting the volume failed")
        elif volume["status"] == "in-use":
            return self._wait_for_servers(call, volume)
        elif volume["status"] == "deleting" or volume["status"] in status.BUSY:
            return status.wait(call, volume["id"], volume["status"])
        self._ask_to_delete(call)
        return status.wait(call, volume["id"], "deleting")

    def _wait_for_servers(self, call: Call, volume: Mapping[str, Any]) -> Outcome:
        """What is being detached or deleted lets go of the volume soon; anything else never does."""
        if looks(call) >= PATIENCE:
            servers = ", ".join(str(item["server_id"]) for item in volume["attachments"])
            raise Failed(f"The volume cannot be deleted while it is attached to {servers}")
        return wait(call)

    def _ask_to_delete(self, call: Call) -> None:
        try:
            call.cloud.volume.delete(f"/volumes/{self.physical_id}")
        except CloudGone:
            pass
        except CloudTransient:
            raise
        except CloudError:
            if not _snapshots_are_going(call, self.physical_id):
                raise
            return
        call.progress[ASKED] = True

    # --- snapshots ----------------------------------------------------------------------------

    def snapshot(self, call: Call) -> None:
        backup.save(call, self.physical_id)

    def check_snapshot(self, call: Call) -> Outcome:
        return backup.check_saved(call)

    def check_delete_snapshot(self, call: Call) -> Outcome:
        return backup.remove(call)

    @classmethod
    def restored(cls, saved: Mapping[str, Any]) -> dict[str, Any]:
        """The backup in the place of what the volume was made of."""
        return {**dict.fromkeys(SOURCES), backup.SAVED: saved[backup.SAVED]} if backup.SAVED in saved else {}

    # --- look ---------------------------------------------------------------------------------

    def check(self, call: Call) -> Outcome:
        volume = status.show(call, self.physical_id)
        if volume["status"] not in status.READY:
            raise status.failure(call, volume, "The volume is not in order")
        return DONE

    def read(self, call: Call) -> dict[str, Any]:
        return status.show(call, self.physical_id)

    def live_properties(self, call: Call, live: Mapping[str, Any]) -> Mapping[str, Any]:
        return changes.seen(call, live)

    def attribute(self, call: Call, live: Mapping[str, Any], name: str) -> Any:
        match name:
            case "metadata":
                return json.dumps(live.get("metadata") or {})
            case "metadata_values":
                return live.get("metadata") or {}
            case "display_name":
                return live.get("name")
            case "display_description":
                return live.get("description")
            case "attachments":
                return str(live.get("attachments") or [])
            case "attachments_list":
                return live.get("attachments") or []
            case "multiattach":
                return live.get("multiattach")
        value = live.get(name)
        return value if value is None else str(value)


def _snapshots_are_going(call: Call, volume_id: str) -> bool:
    """Whether the volume has snapshots and all of them are being deleted; raises Failed for one that stays."""
    query = {"volume_id": volume_id}
    snapshots = list(call.cloud.volume.each("/snapshots", "snapshots", query=query))
    staying = [snapshot for snapshot in snapshots if snapshot["status"] != "deleting"]
    if staying:
        names = ", ".join(str(snapshot["name"] or snapshot["id"]) for snapshot in staying[:5])
        raise Failed(f"The volume cannot be deleted while it has snapshots: {names}")
    return bool(snapshots)
