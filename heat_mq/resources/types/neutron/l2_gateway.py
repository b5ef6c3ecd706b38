"""OS::Neutron::L2Gateway: interfaces of devices outside to which networks can be bridged."""

from __future__ import annotations

from typing import Any

from heat_mq.resources.kit import IN_PLACE, Call, List, Map, Props, Schema, Str, Support
from heat_mq.resources.types.neutron.neutron_object import NeutronObject


class L2Gateway(NeutronObject, type="OS::Neutron::L2Gateway"):
    kind = "l2_gateway"
    described = False
    needs_extension = "l2-gateway"
    support = Support(version="12.0.0")

    class Properties(Schema):
        name = Str("Name of the gateway.", required=True, update=IN_PLACE)
        devices = List(
            "The devices.",
            required=True,
            update=IN_PLACE,
            of=Map(
                "A device.",
                schema={
                    "device_name": Str("Name of the device.", required=True),
                    "interfaces": List(
                        "Its interfaces.",
                        required=True,
                        of=Map(
                            "An interface.",
                            schema={
                                "name": Str("Name of the interface.", required=True),
                                "segmentation_id": List("VLANs on it."),
                            },
                        ),
                    ),
                },
            ),
        )

    def body(self, call: Call, props: Props) -> dict[str, Any]:
        return super().body(call, props) | {"devices": _as_neutron(props)}

    def changes(self, call: Call, props: Props, changed: frozenset[str]) -> dict[str, Any]:
        body = super().changes(call, props, changed)
        return body | {"devices": _as_neutron(props)} if "devices" in body else body


def _as_neutron(props: Props) -> list[dict[str, Any]]:
    """The devices without the keys that were not given."""
    return [
        {
            "device_name": device["device_name"],
            "interfaces": [
                {key: value for key, value in interface.items() if value is not None}
                for interface in device["interfaces"]
            ],
        }
        for device in props.devices
    ]
