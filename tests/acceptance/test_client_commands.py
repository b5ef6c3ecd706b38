"""Every ``openstack stack|orchestration|software`` command of the stock client, with each of its options."""

from __future__ import annotations

import json
import pathlib
import shlex
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.client_commands.row import Call, Other, Row
from tests.acceptance.client_commands.table import TABLE, Scene
from tests.acceptance.processes import Running
from tests.acceptance.resident_client import ResidentOpenstack
from tests.acceptance.stock_client import read_openrc
from tests.acceptance.systems import Quickstart
from tests.waiting import until

TEMPLATES = pathlib.Path(__file__).parent / "templates" / "commands"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("clients")]


#: What an operator writes who lets administrators see the stacks of every project; nobody may by default.
POLICY = '"stacks:global_index": "role:admin"\n'


@pytest.fixture(scope="module")
def user(quickstart: Quickstart) -> Iterator[ResidentOpenstack]:
    client = ResidentOpenstack(quickstart.openstack.variables)
    yield client
    client.close()


@pytest.fixture(scope="module")
def admin(quickstart: Quickstart) -> Iterator[ResidentOpenstack]:
    policy = quickstart.state / "policy.yaml"
    policy.write_text(POLICY)
    client = ResidentOpenstack(read_openrc(quickstart.state / "openrc.admin"))
    yield client
    client.close()
    policy.unlink()


class Player:
    """Runs the rows of a scene one after the other, with what they keep."""

    def __init__(
        self, system: Quickstart, user: ResidentOpenstack, admin: ResidentOpenstack, directory: pathlib.Path
    ) -> None:
        self._system = system
        self._user = user
        self._admin = admin
        self._tmp = directory
        self._kept: dict[str, str] = {"T": str(TEMPLATES), "tmp": str(directory)}

    def play(self, scene: Scene) -> None:
        for row in scene:
            match row:
                case Call():
                    answer = self._system.rest.request(row.method, row.path.format(**self._kept), json=row.body)
                    assert answer.ok, answer.text
                case Other():
                    self._user(*self._words(row.line))
                case Row():
                    self._run(row)

    def _run(self, row: Row) -> None:
        answers: list[Any] = []

        def holds() -> bool:
            answers.append(self._answer(row))
            return row.holds is None or bool(row.holds(answers[-1]))

        if row.again:
            until(holds, f"openstack {row.line}", every=0.5)
        else:
            assert holds(), f"openstack {row.line}:\n{json.dumps(answers[-1], indent=1)}"
        self._kept.update({name: read(answers[-1]) for name, read in row.keep.items()})
        if row.rests is not None:
            self._rests(*row.rests)

    def _answer(self, row: Row) -> Any:
        words = self._words(row.line)
        if row.says:
            return self._interrupted(words, row.says)
        client = self._admin if row.admin else self._user
        return client(*words) if row.text else client.json(*words)

    def _interrupted(self, words: list[str], says: str) -> str:
        """What a client of its own prints until it is interrupted."""
        running = Running(self._tmp / "follow.log", "openstack", *words, environment=self._user.variables)
        running.says(says)
        running.signal(signal.SIGINT)
        assert running.ends() == 0, running.said()
        return running.said()

    def _words(self, line: str) -> list[str]:
        return shlex.split(line.format(**self._kept))

    def _rests(self, stack: str, state: str) -> None:
        def at_rest() -> bool:
            found = self._system.rest.status(stack)
            return found == state or not (found.endswith("IN_PROGRESS") or found == "gone")

        until(at_rest, f"{stack} at rest")
        assert self._system.rest.status(stack) == state


@pytest.mark.parametrize("name", TABLE)
def test_every_command_and_option_of_the_stock_client_works(
    quickstart: Quickstart, user: ResidentOpenstack, admin: ResidentOpenstack, tmp_path: pathlib.Path, name: str
):
    try:
        Player(quickstart, user, admin, tmp_path).play(TABLE[name])
        assert quickstart.rest.stack_names() == []
    finally:
        quickstart.rest.clear()
