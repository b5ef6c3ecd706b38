"""What a storm does to a system, each by its name; what is drawn is drawn from the storm's seed."""

from __future__ import annotations

import contextlib
import random
import signal
import threading
from collections.abc import Callable

from kombu import Connection

from heat_mq.rpc import contract
from tests.chaos.proxy import Proxy
from tests.chaos.servers import Server
from tests.chaos.system import Hurt, Servers, children, signal_process
from tests.chaos.watch import Recoveries

#: How often each happens, relative to the others.
WEIGHTS = {
    "worker": 8,
    "engine": 2,
    "pause": 3,
    "cut": 3,
    "stall": 1,
    "broker": 1,
    "database": 1,
    "purge": 2,
    "cloud": 3,
}
#: Every lease has run out after so many seconds (see ``LEASES`` of the acceptance tests).
BEYOND_THE_LEASE = 8.0
DOWN = 1.0
FAULTS = (
    {"kind": "error", "status": 503, "rate": 0.5, "count": 20},
    {"kind": "error", "status": 500, "method": "POST", "after": True, "rate": 0.5, "count": 5},
    {"kind": "error", "status": 429, "retry_after": 1, "count": 10},
    {"kind": "latency", "seconds": 3, "count": 10},
)


class _Later:
    """Calls once: after so many seconds, or when told before; :meth:`do` returns when that is done."""

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self._call: Callable[[], None] | None = call
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self.do)
        self._timer.daemon = True
        self._timer.start()

    def do(self) -> None:
        self._timer.cancel()
        with self._lock:
            call, self._call = self._call, None
            if call is not None:
                call()


class Troubles:
    """``strike`` does one thing; what lasts is ended by itself, at the latest by :meth:`end`."""

    def __init__(self, system: Hurt, servers: Servers, recoveries: Recoveries, dice: random.Random) -> None:
        self._system = system
        self._servers = servers
        self._recoveries = recoveries
        self._dice = dice
        self._later: list[_Later] = []
        self._down = threading.Lock()

    def strike(self, kind: str) -> str:
        """Do it; answers what was done."""
        return str(getattr(self, f"_{kind}")())

    def end(self) -> None:
        """Whatever still lasts ends now."""
        for later in self._later:
            later.do()

    def _after(self, seconds: float, undo: Callable[[], None]) -> None:
        self._later.append(_Later(seconds, undo))

    # --- processes ----------------------------------------------------------------------------

    def _worker(self) -> str:
        workers = self._system.workers()
        if not workers:
            return "no worker lives"
        pid = self._dice.choice(sorted(workers))
        ids = self._system.engine_ids(workers[pid])
        signal_process(pid, signal.SIGKILL)
        if pid in ids:
            self._recoveries.begin(f"worker {pid}", [ids[pid]])
        return f"worker {pid} killed"

    def _engine(self) -> str:
        name = self._dice.choice(sorted(self._system.engines))
        engine = self._system.engines[name]
        if engine.process.poll() is not None:
            return f"engine {name} is dead already"
        ids = self._system.engine_ids(engine)
        mine = [ids[pid] for pid in children(engine.process.pid) if pid in ids]
        engine.kill()
        self._recoveries.begin(f"engine {name}", mine)
        self._after(DOWN, lambda: self._start_engine(name))
        return f"engine {name} killed"

    def _start_engine(self, name: str) -> None:
        with self._down:
            if self._system.engines[name].process.poll() is not None:
                self._system.start_engine(name)

    def _pause(self) -> str:
        workers = self._system.workers()
        if len(workers) < 2:
            return "too few workers live"
        pid = self._dice.choice(sorted(workers))
        signal_process(pid, signal.SIGSTOP)
        self._after(BEYOND_THE_LEASE, lambda: signal_process(pid, signal.SIGCONT))
        return f"worker {pid} stopped for {BEYOND_THE_LEASE:g} s"

    # --- services -----------------------------------------------------------------------------

    def _broker(self) -> str:
        return self._restart(self._servers.broker)

    def _database(self) -> str:
        return self._restart(self._servers.database)

    def _restart(self, server: Server) -> str:
        server.kill()
        server.start()
        return f"{type(server).__name__} killed and started"

    def _proxy(self) -> Proxy:
        return self._dice.choice(self._servers.proxies)

    def _cut(self) -> str:
        return f"{self._proxy().cut()} connections cut"

    def _stall(self) -> str:
        proxy, seconds = self._proxy(), self._dice.choice((1.0, BEYOND_THE_LEASE))
        proxy.stall()
        self._after(seconds, proxy.flow)
        return f"a network stalled for {seconds:g} s"

    def _purge(self) -> str:
        purged = 0
        try:
            with Connection(self._servers.broker.url().replace("rabbit:", "amqp:") + "/", connect_timeout=5) as broker:
                for topic in contract.TOPICS:
                    purged += broker.default_channel.queue_purge(topic) or 0
        except Exception as error:  # no such queue yet, or no broker now
            return f"nothing purged: {error}"
        return f"{purged} messages purged"

    def _cloud(self) -> str:
        rule = self._dice.choice(FAULTS)
        service = self._dice.choice(("compute", "network", "volume"))
        fault = contextlib.ExitStack()
        fault.enter_context(self._system.cloud.fault(**rule, service=service))
        self._after(5.0, fault.close)
        return f"the cloud: {rule} for {service}"
