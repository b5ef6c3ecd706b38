"""The real programs as processes of their own, on free ports."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping

from tests.ports import free_ports as free_ports
from tests.waiting import PATIENCE, until


def program(name: str) -> str:
    """The console script ``name`` of the environment that runs the tests."""
    path = pathlib.Path(sys.executable).with_name(name)
    assert path.exists(), f"{path} is missing: install the project with its extra 'test'"
    return os.fspath(path)


def answers(port: int) -> bool:
    """Whether somebody listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True


class Running:
    """A program in a process group of its own, whose output goes to a log file."""

    def __init__(self, log: pathlib.Path, *command: str, environment: Mapping[str, str] | None = None) -> None:
        self.log = log
        self._begin = log.stat().st_size if log.exists() else 0
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [program(command[0]), *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1", **(environment or {})},
            )

    def said(self) -> str:
        """What this process and its children have printed so far."""
        return self.log.read_bytes()[self._begin :].decode(errors="replace")

    def serves(self, port: int) -> None:
        """Return when the program listens; AssertionError when it ends before."""
        self._until(lambda: answers(port), f"a server on port {port}")

    def says(self, words: str) -> None:
        """Return when the program has printed the words; AssertionError when it ends before."""
        self._until(lambda: words in self.said(), f"the words {words!r}")

    def _until(self, holds: Callable[[], object], what: str) -> None:
        def check() -> object:
            ended = self.process.poll()
            assert holds() or ended is None, f"ended with {ended}:\n{self.said()}"
            return holds()

        until(check, what)

    def signal(self, number: int) -> None:
        """To the main process alone."""
        self.process.send_signal(number)

    def ends(self, seconds: float = PATIENCE) -> int:
        """The exit status, when the program ends by itself."""
        return self.process.wait(seconds)

    def stop(self, seconds: float = PATIENCE) -> int:
        """SIGTERM; answers the exit status."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.ends(seconds)

    def kill(self) -> None:
        """SIGKILL to every process of the group: as when the machine dies."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
