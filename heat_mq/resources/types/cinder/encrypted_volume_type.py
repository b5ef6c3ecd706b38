"""OS::Cinder::EncryptedVolumeType: how volumes of a type are encrypted; for administrators.

A type is encrypted in one way at most, so an interrupted create finds what it has made by the type and its values.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from heat_mq.resources.kit import (
    IN_PLACE,
    Call,
    CloudGone,
    Int,
    Lookup,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.kit.unfinished import DROPPED, WholeOrNothing
from heat_mq.resources.types.cinder.in_use import may_pass

KEYS: Final = ("provider", "control_location", "cipher", "key_size")


class EncryptedVolumeType(WholeOrNothing, type="OS::Cinder::EncryptedVolumeType"):
    """Its physical id is that of the volume type."""

    service = "block-storage"
    needs_extension = "encryption"
    support = Support(version="5.0.0")
    observed: ClassVar[frozenset[str]] = frozenset(KEYS)

    class Properties(Schema):
        provider = Str("What encrypts, such as luks.", required=True, update=IN_PLACE)
        control_location = Str(
            "Where it happens: front-end for Nova, back-end for the storage.",
            default="front-end",
            allowed=["front-end", "back-end"],
            update=IN_PLACE,
        )
        cipher = Str("Algorithm and mode.", allowed=["aes-xts-plain64", "aes-cbc-essiv"], update=IN_PLACE)
        key_size = Int("Size of the key, in bits.", update=IN_PLACE)
        volume_type = Str(
            "Name or id of the volume type.",
            required=True,
            constraint="cinder.vtype",
            lookup=Lookup("block-storage", "volume_type"),
        )

    def find_existing(self, call: Call, props: Props) -> str | None:
        found = call.api.get(_path(props.volume_type))
        mine = bool(found) and all(found.get(key) == props[key] for key in KEYS)
        return str(props.volume_type) if mine else None

    def create(self, call: Call, props: Props) -> str:
        wanted = {key: props[key] for key in KEYS if props[key] is not None}
        call.api.post(_path(props.volume_type), {"encryption": wanted})
        return str(props.volume_type)

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        with may_pass():
            call.api.put(self._own_path(call), {"encryption": props.only(changed)})

    def delete(self, call: Call) -> None:
        if not call.data.get(DROPPED):
            with may_pass():
                call.api.delete(self._own_path(call))

    def read(self, call: Call) -> dict[str, Any]:
        found = call.api.get(_path(self.physical_id))
        if not found:
            raise CloudGone(f"The volume type {self.physical_id} is not encrypted")
        return dict(found)

    def _own_path(self, call: Call) -> str:
        return f"{_path(self.physical_id)}/{self.read(call)['encryption_id']}"


def _path(volume_type: str) -> str:
    return f"/types/{volume_type}/encryption"
