"""OS::Octavia::Pool: the servers among which requests are spread, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from heat_mq.errors import Problem
from heat_mq.resources.kit import (
    DONE,
    IN_PLACE,
    Bool,
    Call,
    CloudConflict,
    CloudGone,
    List,
    Map,
    Outcome,
    Props,
    Schema,
    Str,
    Support,
)
from heat_mq.resources.types.octavia import busy, properties
from heat_mq.resources.types.octavia.listener import PROTOCOLS
from heat_mq.resources.types.octavia.octavia_object import OctaviaObject


class Pool(OctaviaObject, type="OS::Octavia::Pool"):
    support = Support(version="10.0.0")
    kind = "pool"
    above: ClassVar[Mapping[str, str]] = {"loadbalancer": "loadbalancer", "listener": "listener"}
    keys: ClassVar[Mapping[str, str]] = {"loadbalancer": "loadbalancer_id", "listener": "listener_id"}
    unset: ClassVar[Mapping[str, Any]] = {"description": "", "admin_state_up": True, "tls_enabled": False}

    class Properties(Schema):
        admin_state_up = properties.admin_state_up("pool")
        description = properties.description("pool")
        session_persistence = Map(
            "How requests of one client are kept with one member.",
            update=IN_PLACE,
            schema={
                "type": Str(
                    "By what a client is known.",
                    required=True,
                    allowed=("SOURCE_IP", "HTTP_COOKIE", "APP_COOKIE"),
                ),
                "cookie_name": Str("Name of the application's cookie, for the type APP_COOKIE."),
            },
        )
        name = properties.name("pool")
        lb_algorithm = Str(
            "How requests are spread.",
            required=True,
            update=IN_PLACE,
            allowed=("ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", "SOURCE_IP_PORT"),
        )
        loadbalancer = properties.load_balancer("Load balancer that it belongs to, by name or id.")
        listener = properties.listener("Listener whose default pool it is, by name or id.")
        protocol = Str("Protocol that the members speak.", required=True, allowed=PROTOCOLS)
        tls_enabled = Bool(
            "Whether members are spoken to by TLS.", default=False, update=IN_PLACE, support=Support(version="14.0.0")
        )

    class Attributes(Schema):
        healthmonitor_id = Str("Id of its health monitor.")
        listeners = Str("The listeners whose default pool it is.")
        members = List("Its members.", cached=False)

    @classmethod
    def validate(cls, props: Mapping[str, Any]) -> Iterable[Problem]:
        if props.get("listener") is None and props.get("loadbalancer") is None:
            yield Problem("one of listener and loadbalancer is needed", path="listener", expected="its name or id")
        session = props.get("session_persistence")
        if not isinstance(session, Mapping) or session.get("type") not in ("SOURCE_IP", "HTTP_COOKIE", "APP_COOKIE"):
            return
        cookie, named = session.get("cookie_name"), session["type"] == "APP_COOKIE"
        if named and not cookie:
            yield Problem("cookie_name is needed for the type APP_COOKIE", path="session_persistence.cookie_name")
        elif cookie and not named:
            yield Problem("cookie_name is for the type APP_COOKIE alone", path="session_persistence.cookie_name")

    def prepare_replace(self, call: Call) -> Outcome:
        """A listener has one default pool: leave the place to the successor."""
        return self._serve(call, False)

    def restore_replaced(self, call: Call) -> Outcome:
        return self._serve(call, True)

    def _serve(self, call: Call, serves: bool) -> Outcome:
        """Be the default pool of the listener that it was made for, or of none; never in another one's place.

        It ends when the listener can be changed again: what comes next may be no change of this one's at all.
        """
        listener, me = self.record.properties.get("listener"), self.record.physical_id
        before, after = (None, me) if serves else (me, None)
        if not (listener and me):
            return DONE
        try:
            if call.api.show("listener", listener)["default_pool_id"] == before:
                call.api.change("listener", listener, {"default_pool_id": after})
            live = call.api.show("listener", listener)
        except CloudGone:
            return DONE
        except CloudConflict as refusal:
            return self._busy(call, refusal)
        return busy.until_settled(call, "listener", live) or DONE

    def body(self, props: Props, names: Iterable[str]) -> dict[str, Any]:
        body = super().body(props, names)
        if body.get("session_persistence"):
            session = body["session_persistence"]
            body["session_persistence"] = {key: value for key, value in session.items() if value is not None}
        return body
