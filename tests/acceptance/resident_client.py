"""The stock client, imported once for many commands: each is run by a new shell.

Its clients of services live on, and so does their token: another user needs another process.

Run as a program with a file's name, it reads a JSON list of arguments from each line and answers with a line
``{"status", "out", "err"}`` in that file; its own output belongs to the commands.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import pathlib
import subprocess
import sys
import traceback
import warnings
from collections.abc import Mapping
from typing import Any

from tests.acceptance.stock_client import OURS, Done, Openstack

ROOT = pathlib.Path(__file__).parents[2]


class ResidentOpenstack(Openstack):
    """``openstack`` in one process that stays; to be closed."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        read, write = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(write)],
            stdin=subprocess.PIPE,
            pass_fds=[write],
            cwd=ROOT,
            text=True,
            env={**OURS, **self.variables, "PYTHONWARNINGS": "ignore"},
        )
        os.close(write)
        self._answers = os.fdopen(read)

    def run(self, *arguments: str, commands: str = "", timeout: float = 180) -> Done:
        """As a client of its own; what hangs is ended by the test's own timeout. ``commands`` needs such a client."""
        if commands:
            return super().run(*arguments, commands=commands, timeout=timeout)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        answer = self._answers.readline()
        assert answer, f"the client died of {arguments}: {self._process.wait()}"
        return Done(**json.loads(answer))

    def close(self) -> None:
        """End the process, also when a command hangs in it."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        assert self._process.stdin is not None
        self._process.stdin.close()


def _serve(answers: int) -> None:
    """Answer commands until there are no more. What they print is caught from the start: imports keep ``stdout``."""
    out, err = io.StringIO(), io.StringIO()
    with os.fdopen(answers, "w", buffering=1) as file, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        from openstackclient import shell

        for line in sys.stdin:
            status = _run(shell.OpenStackShell, json.loads(line))
            file.write(json.dumps({"status": status, "out": _taken(out), "err": _taken(err)}) + "\n")


def _run(shell: Any, arguments: list[str]) -> int:
    """The status with which a new shell ends; of those before it no handler is left in the log."""
    logging.getLogger().handlers.clear()
    try:
        status = shell().run(arguments)
    except SystemExit as end:
        status = end.code
    except Exception:
        traceback.print_exc()
        status = 1
    return int(status or 0)


def _taken(stream: io.StringIO) -> str:
    """What has been written, which the stream forgets."""
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    _serve(int(sys.argv[1]))
