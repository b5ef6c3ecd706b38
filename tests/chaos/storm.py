"""``python -m tests.chaos.storm``: stacks are made and changed while processes and services are killed.

The command for what is promised::

    python -m tests.chaos.storm --minutes 5 --stacks 200 --resources 20 --kill-every 2 --database mariadb

Every stack must come to its end by itself and be COMPLETE, the cloud must hold one object for each resource and no
other, the stored state must be legal, and the work of whoever is killed must be another's within 15 seconds.
``--also`` adds other troubles, ``--seed`` draws the same ones again (what they hit is a matter of time).
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import pathlib
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable

import requests

from tests.chaos.system import Hurt, Servers, hurt, template
from tests.chaos.troubles import WEIGHTS, Troubles
from tests.chaos.watch import Recoveries, Watch
from tests.waiting import until

KILLS = ("worker", "engine")
RECOVERED_WITHIN = 15.0
CLIENTS = 4


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a storm is: ``kinds`` of :data:`tests.chaos.troubles.WEIGHTS`, one ``every`` so many seconds."""

    seed: int
    database: str
    seconds: float
    stacks: int
    resources: int
    every: float
    kinds: tuple[str, ...] = KILLS
    engines: int = 3
    #: Seconds after the storm in which everything must come to rest.
    calm: float = 600.0


@dataclasses.dataclass
class Outcome:
    """How it went; ``wrongs`` are what must not be, in sentences."""

    recoveries: Recoveries
    wrongs: list[str] = dataclasses.field(default_factory=list)
    lines: list[str] = dataclasses.field(default_factory=list)

    def told(self) -> str:
        return "\n".join([*self.lines, self.recoveries.told(), *(self.wrongs[:40] or ["nothing is wrong"])])


class Load:
    """Makes all stacks, and then changes them in turn until :meth:`stop`; what is not answered is asked again."""

    def __init__(self, system: Hurt, plan: Plan) -> None:
        self._system = system
        self._plan = plan
        self._stopping = threading.Event()
        self._pool = concurrent.futures.ThreadPoolExecutor(CLIENTS)
        self._lock = threading.Lock()
        self.versions = {f"storm-{number}": 0 for number in range(plan.stacks)}
        self.unanswered = 0
        self.requests = 0
        names = list(self.versions)
        self._running = [self._pool.submit(self._work, names[first::CLIENTS]) for first in range(CLIENTS)]

    def stop(self) -> None:
        """No more changes; returns when every stack was asked for."""
        self._stopping.set()
        for each in self._running:
            each.result()
        self._pool.shutdown()

    def _work(self, names: list[str]) -> None:
        for name in names:
            self._ask("POST", "/stacks", name, 0)
        dice = random.Random(f"{self._plan.seed} {names[:1]}")
        while not self._stopping.wait(1.0) and names:
            name = dice.choice(names)
            self.versions[name] += 1
            self._ask("PUT", f"/stacks/{name}", name, self.versions[name])

    def _ask(self, method: str, path: str, name: str, version: int) -> None:
        """Until the answer is that it is being done; a create that came through unheard is refused as a double."""
        body = {"template": template(self._plan.resources, version), "disable_rollback": True, "timeout_mins": 60}
        if method == "POST":
            body["stack_name"] = name
        taken = (201, 202, 409) if method == "POST" else (201, 202)
        until(
            lambda: self._answer(method, path, body) in taken,
            f"{method} {path} of {name}",
            seconds=self._plan.seconds + self._plan.calm,
            every=0.5,
        )

    def _answer(self, method: str, path: str, body: dict[str, object]) -> int:
        rest = self._system.rest
        url = f"{rest.url}{path}"
        try:
            if method == "PUT":  # by name: the redirection to the stack's own address would make it a GET
                found = requests.get(url, headers=rest.session.headers, timeout=90, allow_redirects=True)
                url = found.url if found.status_code == 200 else url
            answer = requests.request(
                method, url, json=body, headers=rest.session.headers, timeout=90, allow_redirects=False
            )
        except requests.RequestException:
            status = 0
        else:
            status = answer.status_code
        with self._lock:
            self.requests += 1
            self.unanswered += status in (0, 500, 503, 504)
        return status


def run(plan: Plan, directory: pathlib.Path) -> Outcome:
    """Let the storm rage and end; the logs stay in the directory."""
    dice = random.Random(plan.seed)
    proxied = bool({"cut", "stall"} & set(plan.kinds))
    with hurt(directory, plan.database, engines=plan.engines, proxied=proxied) as (system, servers):
        watch = Watch(servers.database.url())
        outcome = Outcome(Recoveries(watch))
        before = system.cloud.objects()
        load = Load(system, plan)
        begun = time.monotonic()
        _rage(plan, system, servers, outcome, dice)
        load.stop()
        raged = time.monotonic() - begun
        until(lambda: _at_rest(watch, plan), "the end of every action", seconds=plan.calm, every=1.0)
        rested = time.monotonic() - begun
        outcome.recoveries.end(RECOVERED_WITHIN)
        states = watch.states()
        outcome.wrongs += [f"stack {name} is {state}" for name, state in states.items() if "_COMPLETE" not in state]
        outcome.wrongs += [f"stack {name} is missing" for name in load.versions if name not in states]
        outcome.wrongs += _settled(lambda: watch.missing(system.cloud, before))
        outcome.wrongs += watch.illegal()
        outcome.lines += [
            f"{plan.database}: {len(states)} stacks, {watch.count_resources()} resources, seed {plan.seed}",
            f"{load.requests} requests, {load.unanswered} without an answer (asked again)",
            f"the storm took {raged:.0f} s, everything was at rest after {rested:.0f} s",
        ]
        watch.close()
    return outcome


def _rage(plan: Plan, system: Hurt, servers: Servers, outcome: Outcome, dice: random.Random) -> None:
    troubles = Troubles(system, servers, outcome.recoveries, dice)
    end = time.monotonic() + plan.seconds
    weights = [WEIGHTS[kind] for kind in plan.kinds]
    while time.monotonic() < end:
        time.sleep(plan.every)
        done = troubles.strike(*dice.choices(plan.kinds, weights))
        print(f"{plan.seconds - (end - time.monotonic()):6.1f} s: {done}", flush=True)
    troubles.end()


def _at_rest(watch: Watch, plan: Plan) -> bool:
    states = watch.states()
    return len(states) == plan.stacks and not any(state.endswith("_IN_PROGRESS") for state in states.values())


def _settled(find: Callable[[], list[str]]) -> list[str]:
    """What is found for good: whoever came back too late may need a while to take back what it made."""
    found: list[str] = []
    for _ in range(10):
        found = find()
        if not found:
            break
        time.sleep(2)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos.storm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--stacks", type=int, default=200)
    parser.add_argument("--resources", type=int, default=20, help="of each stack")
    parser.add_argument("--kill-every", type=float, default=2.0, metavar="SECONDS")
    parser.add_argument("--database", choices=("mariadb", "postgresql"), default="mariadb")
    parser.add_argument("--engines", type=int, default=3, help="of two workers each")
    others = ", ".join(kind for kind in WEIGHTS if kind not in KILLS)
    parser.add_argument("--also", default="", help=f"comma-separated, of {others}")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--logs", type=pathlib.Path, default=None, help="where the programs' logs go")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    kinds = (*KILLS, *(kind for kind in given.also.split(",") if kind))
    if unknown := set(kinds) - WEIGHTS.keys():
        parser.error(f"no such trouble: {', '.join(sorted(unknown))}")
    plan = Plan(
        seed, given.database, given.minutes * 60, given.stacks, given.resources, given.kill_every, kinds, given.engines
    )
    directory = given.logs or pathlib.Path(tempfile.mkdtemp(prefix="heat_mq-storm-"))
    directory.mkdir(parents=True, exist_ok=True)
    print(f"{plan}\nlogs: {directory}", flush=True)
    outcome = run(plan, directory)
    print(outcome.told())
    late = outcome.recoveries.longest > RECOVERED_WITHIN
    print("late" if late else f"every recovery within {RECOVERED_WITHIN:g} s")
    return 1 if outcome.wrongs or late else 0


if __name__ == "__main__":
    sys.exit(main())
