"""OS::Neutron::RouterInterface: a router's foot on a subnet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudError,
    CloudGone,
    Lookup,
    Outcome,
    Props,
    Resource,
    Schema,
    Str,
    Support,
    Wait,
    room,
)

_ROUTER, _SUBNET, _PORT = (Lookup("network", kind) for kind in ("router", "subnet", "port"))


class RouterInterface(Resource, type="OS::Neutron::RouterInterface"):
    """Its physical id is ``<router>:subnet_id=<subnet>`` or ``<router>:port_id=<port>``: all that there is to know
    about it, so that an interrupted create finds by it what it has made."""

    service = "network"
    needs_extension = "router"

    class Properties(Schema):
        router = Str("The router, by name or id.", required=True, constraint="neutron.router", lookup=_ROUTER)
        router_id = Str(
            "The router; router took over.",
            constraint="neutron.router",
            hidden=True,
            moved_to="router",
            support=Support(
                "HIDDEN", "6.0.0", previous=Support("DEPRECATED", "2015.1", previous=Support(version="2013.1"))
            ),
        )
        subnet = Str("The subnet, by name or id; give it or port.", constraint="neutron.subnet", lookup=_SUBNET)
        subnet_id = Str(
            "The subnet; subnet took over.",
            constraint="neutron.subnet",
            hidden=True,
            moved_to="subnet",
            support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.2")),
        )
        port = Str(
            "A port that becomes the interface, by name or id; give it or subnet.",
            constraint="neutron.port",
            lookup=_PORT,
            support=Support(version="2015.1"),
        )
        port_id = Str(
            "The port; port took over.",
            constraint="neutron.port",
            hidden=True,
            moved_to="port",
            support=Support(
                "HIDDEN", "6.0.0", previous=Support("DEPRECATED", "2015.1", previous=Support(version="2014.1"))
            ),
        )

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        given = [
            new
            for new, old in (("subnet", "subnet_id"), ("port", "port_id"))
            if props.get(new) is not None or props.get(old) is not None
        ]
        if len(given) == 2:
            yield Problem("subnet and port cannot be used together", path="subnet", expected="one of them")
        elif not given:
            yield Problem("one of subnet and port is needed", path="subnet", expected="subnet or port")

    def find_existing(self, call: Call, props: Props) -> str | None:
        router, key, value = _parts(props)
        return _id(router, key, value) if _port_of(call.api, router, key, value) else None

    def create(self, call: Call, props: Props) -> str:
        router, key, value = _parts(props)
        call.api.put(f"/routers/{router}/add_router_interface", {key: value})
        return _id(router, key, value)

    def prepare_replace(self, call: Call) -> Outcome:
        """Leave the gateway's address of the subnet to the successor, on another router or on the same.

        An interface by a port keeps it: Neutron deletes the port with the interface.
        """
        _, key, value = self._split()
        if key == "port_id" or call.successor.get("subnet") != value:
            return DONE
        noted = room.about_to_go(call)
        if noted != DONE:
            return noted
        self.delete(call)
        return self.check_delete(call)

    def restore_replaced(self, call: Call) -> Outcome:
        return room.restore(self, call)

    def needs_replace_failed(self, call: Call) -> bool:
        try:
            return str(self.read(call).get("status")) == "ERROR"
        except CloudGone:
            return True

    def delete(self, call: Call) -> None:
        router, key, value = self._split()
        try:
            call.api.put(f"/routers/{router}/remove_router_interface", {key: value})
        except CloudGone:
            return
        except CloudError as error:
            # 400 where the router has no such interface (any more).
            if error.status != 400 or _port_of(call.api, router, key, value):
                raise

    def check_delete(self, call: Call) -> Outcome:
        return Wait(1) if _port_of(call.api, *self._split()) else DONE

    def read(self, call: Call) -> dict[str, Any]:
        """The router's port on the subnet."""
        found = _port_of(call.api, *self._split())
        if found is None:
            raise CloudGone(f"router interface {self.physical_id} is gone")
        return found

    def reference_id(self, data: Mapping[str, Any]) -> str | None:
        return self.record.physical_id

    def _split(self) -> tuple[str, str, str]:
        """Router, key and id; ids of 2013 have no key and mean a subnet."""
        router, _, rest = self.physical_id.partition(":")
        key, equals, value = rest.partition("=")
        return (router, key, value) if equals else (router, "subnet_id", rest)


def _parts(props: Props) -> tuple[str, str, str]:
    if props.port:
        return props.router, "port_id", props.port
    return props.router, "subnet_id", props.subnet


def _id(router: str, key: str, value: str) -> str:
    return f"{router}:{key}={value}"


def _port_of(api: Any, router: str, key: str, value: str) -> dict[str, Any] | None:
    """The port by which the router has this interface."""
    if key == "port_id":
        found = api.all("port", device_id=router, id=value)
    else:
        ports = api.all("port", device_id=router, fixed_ips=f"subnet_id={value}")
        # The gateway is a port of the router too, but no interface.
        found = [port for port in ports if "gateway" not in str(port.get("device_owner"))]
    return found[0] if found else None
