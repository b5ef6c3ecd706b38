"""Taps: copies of a port's traffic, sent to another port."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from heat_mq.simcloud.neutron.attributes import REQUIRED, Attribute, Attributes
from heat_mq.simcloud.neutron.checks import Invalid, one_of, optional, uuid_text
from heat_mq.simcloud.neutron.plain import DESCRIBED, STATUS, Plain

_RANGES = re.compile(r"[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*")


def vlan_filter(value: Any) -> str:
    """Numbers and ranges of VLANs with commas between."""
    if not isinstance(value, str) or not _RANGES.fullmatch(value):
        raise Invalid(f"'{value}' is not a valid list of VLAN ranges")
    return value


class TapServices(Plain):
    """``/v2.0/taas/tap_services``."""

    singular = "tap_service"
    plural = "tap_services"
    path = "/taas/tap_services"
    settles = "ACTIVE"
    references: ClassVar = {"port_id": "ports"}
    missing = ("TapServiceNotFound", "Tap Service {} does not exist")
    in_use = ("TapServiceInUse", "Tap Service {id} is in use by {kind} {other}")
    attributes: ClassVar = Attributes(
        singular, (*DESCRIBED, STATUS, Attribute("port_id", uuid_text, REQUIRED, put=False))
    )


class TapFlows(Plain):
    """``/v2.0/taas/tap_flows``."""

    singular = "tap_flow"
    plural = "tap_flows"
    path = "/taas/tap_flows"
    settles = "ACTIVE"
    references: ClassVar = {"tap_service_id": "tap_services", "source_port": "ports"}
    missing = ("TapFlowNotFound", "Tap Flow {} does not exist")
    attributes: ClassVar = Attributes(
        singular,
        (
            *DESCRIBED,
            STATUS,
            Attribute("tap_service_id", uuid_text, REQUIRED, put=False),
            Attribute("source_port", uuid_text, REQUIRED, put=False),
            Attribute("direction", one_of("IN", "OUT", "BOTH"), REQUIRED, put=False),
            Attribute("vlan_filter", optional(vlan_filter), None, put=False),
        ),
    )


TAP_KINDS = (TapServices, TapFlows)
