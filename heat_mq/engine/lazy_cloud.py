"""A cloud that costs nothing until it is used, and checks a guard before it changes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from heat_mq.clients import turns

SERVICES: Final = frozenset({"compute", "network", "volume", "image", "identity"})
READS: Final = frozenset({"get", "find", "extensions", "list", "each", "look", "payload", "queue", "messages"}) | {
    "read_object",
    "history",
    "temp_url",
}


class LazyCloud:
    """Stands for a :class:`heat_mq.clients.cloud.Cloud` that ``connect`` makes at the first use."""

    def __init__(self, connect: Callable[[], Any], guard: Callable[[], None]) -> None:
        self._connect = connect
        self._guard = guard
        self._cloud: Any = None

    @property
    def _real(self) -> Any:
        if self._cloud is None:
            self._cloud = self._connect()
        return self._cloud

    def __getattr__(self, name: str) -> Any:
        if name in SERVICES:
            return GuardedApi(lambda: getattr(self._real, name), self._guard)
        return getattr(self._real, name)

    def in_region(self, region: str) -> LazyCloud:
        """The same cloud in another region, guarded alike."""
        return LazyCloud(lambda: self._real.in_region(region), self._guard)

    def logged_in(self, auth_type: str, auth: Mapping[str, Any], **more: Any) -> LazyCloud:
        """Another cloud, guarded alike."""
        return LazyCloud(lambda: self._real.logged_in(auth_type, auth, **more), self._guard)

    def service(self, service_type: str) -> Any:
        return GuardedApi(lambda: self._real.service(service_type), self._guard)


class GuardedApi:
    """One service's adapter: reads pass, everything else asks the guard first."""

    def __init__(self, connect: Callable[[], Any], guard: Callable[[], None]) -> None:
        self._connect = connect
        self._guard = guard

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connect(), name)
        if name in READS or not callable(found):
            return found

        def guarded(*args: Any, **kwargs: Any) -> Any:
            self._guard()
            # Asked again right before the request is sent: it may have to wait for its turn.
            with turns.guarded(self._guard):
                return found(*args, **kwargs)

        return guarded
