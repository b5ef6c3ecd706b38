"""What the types have in common that are routes of a router, apart from the router."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from heat_mq.resources.kit import (
    DONE,
    Call,
    CloudGone,
    Failed,
    Outcome,
    Props,
    Resource,
    Sibling,
    Wait,
)
from heat_mq.resources.types.neutron import neighbours

ATOMIC: Final = "extraroute-atomic"
Route = Mapping[str, str]


class RouterRoutes(Resource):
    """Some routes of a router that has others too.

    Each verb first stores in the resource's data which routes it is about to touch, and the check after it adds and
    removes them, which can be repeated: so nothing has to be found after an interrupted create, and nothing is left
    by an interrupted update. A route that was there before is another's, and refused.
    """

    service = "network"
    needs_extension = "extraroute"

    @classmethod
    def hidden_dependencies(cls, me: Sibling, others: Sequence[Sibling]) -> Iterable[str]:
        """The interfaces and gateways of the router: a route leads over one of them."""
        return neighbours.ways_of_router(neighbours.first(me.properties, "router", "router_id"), others)

    @classmethod
    def routes_of(cls, values: Mapping[str, Any]) -> list[dict[str, str]]:
        """The routes that property values ask for."""
        raise NotImplementedError

    def router_of(self, values: Mapping[str, Any]) -> Any:
        return neighbours.first(values, "router", "router_id")

    def create(self, call: Call, props: Props) -> str:
        router, wanted = str(self.router_of(props)), self.routes_of(props)
        self._refuse_present(call, router, wanted)
        call.data.update(router=router, routes=wanted)
        return router

    def check_create(self, call: Call) -> Outcome:
        return self._settle(call, self.routes_of(call.wanted))

    def needs_replace_failed(self, call: Call) -> bool:
        """Only without router: an update adds what is missing, and a successor's routes would be deleted as ours."""
        try:
            call.api.show("router", self._router(call))
        except CloudGone:
            return True
        return False

    def update(self, call: Call, props: Props, changed: frozenset[str]) -> None:
        had, wanted = self._own(call), self.routes_of(props)
        new = [each for each in wanted if each not in had]
        self._refuse_present(call, self._router(call), new)
        call.data.update(router=self._router(call), routes=had + new)

    def check_update(self, call: Call) -> Outcome:
        if not call.progress.get("stored"):
            call.progress["stored"] = True
            return Wait(0)  # what is noted is stored now
        return self._settle(call, self.routes_of(call.wanted))

    def delete(self, call: Call) -> None:
        _remove(call.api, self._router(call), self._leaving(call))

    def check_delete(self, call: Call) -> Outcome:
        try:
            live = _live(call.api, self._router(call))
        except CloudGone:
            return DONE
        if not any(each in live for each in self._leaving(call)):
            return DONE
        _remove(call.api, self._router(call), self._leaving(call))
        return Wait(1)

    def is_same(self, successor: Props) -> bool:
        """Equal ids tell of one router at most: :meth:`delete` leaves the routes that the successor has too."""
        return False

    def prepare_replace(self, call: Call) -> Outcome:
        """Leave to the successor the routes that it shall have on the same router: present ones it would refuse."""
        _remove(call.api, self._router(call), [each for each in self._own(call) if each in self._others(call)])
        return DONE

    def restore_replaced(self, call: Call) -> Outcome:
        return self._settle(call, self._own(call))

    def read(self, call: Call) -> dict[str, Any]:
        """The router; CloudGone when one of the routes is missing."""
        router = dict(call.api.show("router", self._router(call)))
        missing = [each for each in self._own(call) if each not in plain(router)]
        if missing:
            raise CloudGone(f"router {router['id']} has no route to {missing[0]['destination']} any more")
        return router

    def reference_id(self, data: Mapping[str, Any]) -> str | None:
        return self.record.physical_id

    def _settle(self, call: Call, wanted: list[dict[str, str]]) -> Outcome:
        """Bring the router's routes to what is wanted. Without atomic changes others may overwrite ours: look again."""
        router = self._router(call)
        unwanted = [each for each in self._own(call) if each not in wanted]
        live = _live(call.api, router)
        if any(each in live for each in unwanted):
            _remove(call.api, router, unwanted)
        missing = [each for each in wanted if each not in live]
        if missing:
            _add(call.api, router, missing)
            if ATOMIC not in call.api.extensions():
                return Wait(1)
        call.data["routes"] = wanted
        return DONE

    def _refuse_present(self, call: Call, router: str, routes: Iterable[Route]) -> None:
        live = _live(call.api, router)
        for each in routes:
            if each in live:
                raise Failed(
                    f"router {router} has a route to {each['destination']} by {each['nexthop']} already: it belongs to "
                    "another resource or was made by hand"
                )

    def _router(self, call: Call) -> str:
        router = call.data.get("router") or self.router_of(self.record.properties)
        if not router:
            raise CloudGone(f"{self.record.name} is not known to be about any router")
        return str(router)

    def _own(self, call: Call) -> list[dict[str, str]]:
        if "routes" in call.data:
            return list(call.data["routes"])
        return self.routes_of(self.record.properties) if self.record.properties else []

    def _others(self, call: Call) -> list[dict[str, str]]:
        """The routes that the successor has, or is to have, on the same router."""
        same = call.successor and self.router_of(call.successor) == self._router(call)
        return self.routes_of(call.successor) if same else []

    def _leaving(self, call: Call) -> list[dict[str, str]]:
        return [each for each in self._own(call) if each not in self._others(call)]


def plain(router: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{key: each[key] for key in ("destination", "nexthop")} for each in router.get("routes") or ()]


def _live(api: Any, router: str) -> list[dict[str, str]]:
    return plain(api.show("router", router))


def _add(api: Any, router: str, routes: list[dict[str, str]]) -> None:
    if ATOMIC in api.extensions():
        api.put(f"/routers/{router}/add_extraroutes", {"router": {"routes": routes}})
    else:
        live = _live(api, router)
        api.change("router", router, {"routes": live + [each for each in routes if each not in live]})


def _remove(api: Any, router: str, routes: list[dict[str, str]]) -> None:
    if not routes:
        return
    if ATOMIC in api.extensions():
        api.put(f"/routers/{router}/remove_extraroutes", {"router": {"routes": routes}})
    else:
        api.change("router", router, {"routes": [each for each in _live(api, router) if each not in routes]})
