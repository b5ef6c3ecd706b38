"""``python -m benchmarks.probe DIRECTORY PROGRAM ARGUMENTS``: a program that keeps its counts in DIRECTORY."""

from __future__ import annotations

import importlib
import os
import pathlib
import sys
from typing import Final

from heat_mq import concurrency
from heat_mq.concurrency import choice

#: Where each program's ``main`` is; those of the console scripts patch the process too, which changes nothing then.
PROGRAMS: Final = {
    "heat-mq-api": "heat_mq.cmd.api:main",
    "heat-mq-engine": "heat_mq.cmd.engine:main",
    "one-process": "benchmarks.one_process:run",
}


def main(directory: str, name: str, *arguments: str) -> int:
    """Do as the program's own ``main`` does, with wrapped drivers; returns the exit status."""
    concurrency.patch(choice.backend(arguments))
    # Only now: what is imported before the process is patched would block it.
    importlib.import_module("heat_mq.concurrency.oslo")
    from benchmarks.probe import tally, wires

    counts = tally.Tally(pathlib.Path(directory))
    os.register_at_fork(after_in_child=counts.restart)
    wires.install(counts)
    module, _, function = PROGRAMS[name].partition(":")
    return int(getattr(importlib.import_module(module), function)(list(arguments)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
