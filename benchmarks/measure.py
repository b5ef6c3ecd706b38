"""Runs a case against a system: one row of figures for each phase (create, no-op update, delete and so on)."""

from __future__ import annotations

import dataclasses
import datetime
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import requests

from benchmarks import clients, tails
from benchmarks.cases import Case
from benchmarks.costs import Costs
from benchmarks.ends import End
from benchmarks.figures import percentile
from benchmarks.probe import tally
from benchmarks.system import System
from benchmarks.templates import SLOW_SECONDS, Template

_MINUTES: Final = 60

Row = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What one phase has asked for: ids of the stacks, and seconds of each request."""

    stacks: list[str]
    latencies: list[float]


class Bench:
    """Measures the cases of one system, one after the other."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._costs = Costs(system.groups, (system.shape.messaging, system.shape.database))
        self._number = 0

    def measure(self, case: Case) -> Iterator[Row]:
        """Yield a row as each phase ends. A request that is refused is a RuntimeError with the API's words."""
        if case.name == "idle":
            yield self._phase(case, "idle", lambda: _sleep(case.resources))
        elif case.name == "small":
            yield from self._many(case)
        else:
            yield from self._one(case)

    def _one(self, case: Case) -> Iterator[Row]:
        self._number += 1
        name = f"bench-{self._number}"
        template = case.template()
        row = self._phase(case, "create", lambda: self._post(name, template), "CREATE")
        stack = row.pop("stacks")[0]
        row |= _more(case, row, self._system.ends.event_times(stack))
        yield row
        path = f"/stacks/{name}/{stack}"
        yield self._update(case, "no-op", path, {})
        if changed := case.changed():
            yield self._update(case, "update", path, {"template": changed})
        yield self._phase(case, "delete", lambda: self._ask("DELETE", path, stack), "DELETE")

    def _update(self, case: Case, phase: str, path: str, body: Mapping[str, Any]) -> Row:
        stack = path.rpartition("/")[2]
        return self._phase(case, phase, lambda: self._ask("PATCH", path, stack, body), "UPDATE")

    def _many(self, case: Case) -> Iterator[Row]:
        count, _, at_once = case.sizes
        self._number += 1
        with clients.connected(self._system.variables, at_once) as crowd:
            template = case.template()
            names = [f"bench-{self._number}-{index}" for index in range(count)]
            bodies = [_create_body(name, template) for name in names]

            def create() -> Asked:
                answers = crowd.ask([("POST", "/stacks", body) for body in bodies])
                return Asked([_made(answer) for answer, _ in answers], [took for _, took in answers])

            row = self._phase(case, "create", create, "CREATE")
            stacks = row.pop("stacks")
            yield row
            paths = [f"/stacks/{name}/{stack}" for name, stack in zip(names, stacks, strict=True)]

            def delete() -> Asked:
                answers = crowd.ask([("DELETE", path, None) for path in paths])
                for answer, _ in answers:
                    _accepted(answer)
                return Asked(stacks, [took for _, took in answers])

            yield self._phase(case, "delete", delete, "DELETE")

    def _phase(self, case: Case, phase: str, ask: Callable[[], Asked], action: str = "") -> Row:
        """``ask``, wait until its stacks have ended ``action``, and take all accounts around it."""
        self._costs.reset_peaks()
        busy, cpu, counts = self._costs.busy_seconds(), self._costs.cpu_seconds(), tally.read(self._system.tallies)
        start = time.perf_counter()
        asked = ask()
        ended = self._system.ends.wait(asked.stacks, action)
        seconds = time.perf_counter() - start
        busy = self._costs.busy_seconds() - busy
        used = {role: after - cpu[role] for role, after in self._costs.cpu_seconds().items()}
        row: Row = {
            "case": str(case),
            "phase": phase,
            "shape": dataclasses.asdict(self._system.shape),
            "resources": case.resources,
            "seconds": seconds,
            "failed": _failures(ended, action),
            "cpu_seconds": used,
            "others_cpus": max(0.0, busy - sum(used.values())) / seconds,
            "counts": tally.difference(tally.read(self._system.tallies), counts),
            "rss_mb": self._costs.peak_mb(),
        }
        if phase == "create":
            row["stacks"] = asked.stacks
        if len(asked.latencies) > 1:
            row |= {f"p{percent}_seconds": percentile(asked.latencies, percent) for percent in (50, 95)}
        elif asked.latencies:
            row["request_seconds"] = asked.latencies[0]
        return row

    def _post(self, name: str, template: Template) -> Asked:
        start = time.perf_counter()
        answer = self._system.rest.request("POST", "/stacks", json=_create_body(name, template))
        return Asked([_made(answer)], [time.perf_counter() - start])

    def _ask(self, method: str, path: str, stack: str, body: Mapping[str, Any] | None = None) -> Asked:
        start = time.perf_counter()
        _accepted(self._system.rest.request(method, path, json=body))
        return Asked([stack], [time.perf_counter() - start])


def _more(case: Case, row: Row, events: list[tuple[str, str, datetime.datetime]]) -> Row:
    """What the kind of case is about besides its time; nothing when it has failed."""
    if row["failed"]:
        return {}
    if case.name == "chain":
        return {"hop_ms": tails.spread_seconds(events) * 1000 / case.resources}
    if case.name == "fan-in":
        return {"tail_seconds": tails.tail_seconds(events, last="all")}
    if case.name == "slow":
        return {"beyond_seconds": row["seconds"] - SLOW_SECONDS}
    return {}


def _failures(ended: Mapping[str, End], action: str) -> str:
    """How many stacks did not end as they should and why the first of them; "" when all did."""
    right = {f"{action}_COMPLETE"} | ({"gone"} if action == "DELETE" else set())
    wrong = [end for end in ended.values() if end.status not in right]
    return f"{len(wrong)} of {len(ended)}: {wrong[0].status} {wrong[0].reason}".strip() if wrong else ""


def _create_body(name: str, template: Template) -> dict[str, Any]:
    return {"stack_name": name, "template": template, "timeout_mins": _MINUTES}


def _made(answer: requests.Response) -> str:
    _accepted(answer)
    return str(answer.json()["stack"]["id"])


def _accepted(answer: requests.Response) -> None:
    if not answer.ok:
        raise RuntimeError(f"{answer.request.method} {answer.url} answers {answer.status_code}: {answer.text[:2000]}")


def _sleep(seconds: int) -> Asked:
    time.sleep(seconds)
    return Asked([], [])
