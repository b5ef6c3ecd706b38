"""The simulated cloud as one object: the store, the clock, the faults and the services."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.dispatch import build_wsgi
from heat_mq.simcloud.faults import Faults
from heat_mq.simcloud.guest import Guests
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Store

REGION = "RegionOne"

S = TypeVar("S", bound=Service)


class Cloud:
    """One simulated cloud. ``wsgi`` is the WSGI callable, good for any threading or green server.

    ``lock`` guards everything; handlers run under it. ``clock`` gives epoch seconds. ``guests`` boots servers.
    """

    def __init__(
        self,
        state_dir: Path | None,
        *,
        base_url: str,
        boot_seconds: float,
        orchestration_url: str,
        cfn_url: str,
        clock: Callable[[], float],
    ) -> None:
        from heat_mq.simcloud.registry import SERVICES

        self.base_url = base_url.rstrip("/")
        self.boot_seconds = boot_seconds
        self.orchestration_url = orchestration_url
        self.cfn_url = cfn_url
        self.clock = clock
        self.lock = threading.RLock()
        self.store = Store(state_dir, clock=clock, lock=self.lock)
        self.faults = Faults(self.store.collection("cloud", "faults"))
        self.guests = Guests(self.store.collection("guest", "boots", ("waiting",)), clock=clock, lock=self.lock)
        self._secrets = self.store.collection("cloud", "secrets")
        self._seeded = self.store.collection("cloud", "seeded")
        self.services: dict[str, Service] = {each.name: each(self) for each in SERVICES}
        self._seed()
        self._start()
        self.guests.start()
        self.wsgi: Callable[..., Any] = build_wsgi(self)

    def of(self, kind: type[S]) -> S:
        """The service of that class: ``cloud.of(Identity).projects``."""
        service = self.services[kind.name]
        assert isinstance(service, kind)
        return service

    def authenticate(self, token: str) -> Caller | None:
        """Who the token stands for; None when it is no valid one."""
        from heat_mq.simcloud.identity.service import Identity

        return self.of(Identity).caller(token)

    def secret(self, name: str) -> str:
        """A random secret (32 letters and digits) of that name, the same in every run on a state directory."""
        with self.lock:
            found = self._secrets.get(name) or self._secrets.save({"id": name, "value": secrets.token_hex(16)})
            return str(found["value"])

    def tick(self) -> None:
        """Do at once what is due by the clock, for tests that set it: changes of state; guests soon after."""
        with self.lock:
            for collection in self.store.collections():
                collection.all()
        self.guests.tick()

    def reset(self) -> None:
        """Forget every object and fault and seed again; secrets stay."""
        with self.lock:
            for collection in self.store.collections():
                if collection is not self._secrets:
                    collection.clear()
            self._seed()
            self._start()

    def close(self) -> None:
        """Stop the threads and write everything."""
        self.guests.close()
        for service in self.services.values():
            service.close()
        self.store.close()

    def _seed(self) -> None:
        with self.lock:
            for service in self.services.values():
                if self._seeded.get(service.name) is None:
                    service.seed()
                    self._seeded.save({"id": service.name})

    def _start(self) -> None:
        for service in self.services.values():
            service.start()


def make_app(
    state_dir: Path | None,
    *,
    base_url: str,
    boot_seconds: float = 5.0,
    orchestration_url: str = "http://127.0.0.1:8004/v1",
    cfn_url: str = "http://127.0.0.1:8000/v1",
    clock: Callable[[], float] = time.time,
) -> Cloud:
    """Make the cloud, or find it again in ``state_dir`` (None: kept in memory only).

    ``base_url`` is where it will be served (``http://127.0.0.1:5000``), for the catalog;
    ``orchestration_url`` and ``cfn_url`` are what the catalog gives for heat's two APIs (the
    project's id is added to the first). Serve ``.wsgi``; call ``.close()`` at the end.
    """
    return Cloud(
        state_dir,
        base_url=base_url,
        boot_seconds=boot_seconds,
        orchestration_url=orchestration_url,
        cfn_url=cfn_url,
        clock=clock,
    )
