"""Fuzz the whole system: ``python -m tests.fuzz.run --requests 10000 --seed 0``."""

from __future__ import annotations

import argparse
import collections
import dataclasses
import logging
import pathlib
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.documented import described
from tests.fuzz import generate
from tests.fuzz.judge import wrongs
from tests.fuzz.sending import Answer, Request
from tests.fuzz.target import Target

#: Requests after which what was lost is made anew.
TIDY = 40
#: Requests after which the run says how far it is.
SHOWN = 500
#: Which part of the requests each maker makes; the first is schemathesis.
SHARES = (("documented", 0.5), ("wrong", 0.3), ("query api", 0.2))


@dataclasses.dataclass
class Finding:
    """Something wrong, with the first request that showed it and the number of those that did."""

    what: str
    request: Request
    log: str
    times: int = 1


class Attack:
    """Sends requests and keeps what is wrong with their answers, alike ones once."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.sent = 0
        self.statuses: collections.Counter[int] = collections.Counter()
        self.findings: dict[tuple[str, str], Finding] = {}
        self._log = Errors()
        logging.getLogger("heat_mq").addHandler(self._log)

    def send(self, request: Request) -> None:
        self._log.told = ""
        try:
            answer = self.target.send(request)
        except Exception:
            found = [traceback.format_exc(limit=-6)]
        else:
            self.statuses[answer.status] += 1
            found = wrongs(request, answer) + self._logged(answer)
        for what in found:
            self._keep(what, request)
        self.sent += 1
        if self.sent % TIDY == 0:
            self.target.furnish()
        if self.sent % SHOWN == 0:
            print(f"{self.sent} requests, {len(self.findings)} findings", file=sys.stderr, flush=True)

    def _logged(self, answer: Answer) -> list[str]:
        """A traceback in the log is a fault of ours, whatever was answered."""
        return [f"an error was logged, the answer is {answer.status}"] if self._log.told else []

    def _keep(self, what: str, request: Request) -> None:
        log = self._log.told
        key = (log[-300:] or what[:200], request.about if not log else "")
        if key in self.findings:
            self.findings[key].times += 1
        else:
            self.findings[key] = Finding(what, request, log)


class Errors(logging.Handler):
    """The last traceback that was logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.told = self.format(record) if record.exc_info or not self.told else self.told


def run(target: Target, requests: int, seed: int) -> Attack:
    """Send about so many requests, always the same for a seed."""
    attack = Attack(target)
    shares = {name: int(share * requests) for name, share in SHARES}
    operations = [found.ok() for found in schemathesis.openapi.from_dict(described()).get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    makers = [
        (operation, mode) for operation in operations for mode in modes if "parameters" in operation.definition.raw
    ]
    makers = [(each, mode) for each, mode in makers if each.path.startswith("/v1/")]
    rounds = max(1, shares["documented"] // len(makers))
    # Fewer requests than operations take some of them, spread over all.
    step = max(1, len(makers) // max(1, shares["documented"]))
    for number, (operation, mode) in enumerate(makers[::step]):
        _each(generate.documented(operation, mode, target), rounds, seed + number, attack.send)
    _each(generate.wrong(target), shares["wrong"], seed, attack.send)
    _each(generate.query_api(target), shares["query api"], seed, attack.send)
    missing = requests - attack.sent
    if missing > 0:
        _each(generate.wrong(target), missing, seed + 1, attack.send)
    return attack


def _each(strategy: st.SearchStrategy[Any], count: int, seed: int, send: Callable[[Request], None]) -> None:
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(strategy)
    def attack(request: Request) -> None:
        send(request)

    if count > 0:
        attack()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory() as directory:
        target = Target(pathlib.Path(directory))
        attack = run(target, arguments.requests, arguments.seed)
        target.close()
    for finding in attack.findings.values():
        print(f"--- {finding.times} times: {finding.what}\n{finding.request}\n{finding.log}\n")
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(attack.statuses.items()))
    print(f"{attack.sent} requests, {len(attack.findings)} findings; answers {statuses}")
    return 1 if attack.findings else 0


if __name__ == "__main__":
    sys.exit(main())
