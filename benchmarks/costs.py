"""What a case has cost the processes of a system: CPU seconds, from the operating system's accounts."""

from __future__ import annotations

import os
import pathlib
from typing import Any

from tests.acceptance.systems import Deployment, Quickstart, System

TICKS = os.sysconf("SC_CLK_TCK")


class Costs:
    """Takes the accounts when it is made, and again when it is asked."""

    def __init__(self, system: System) -> None:
        self._groups = _groups(system)
        self._before = self._seconds()

    def since(self, resources: int) -> dict[str, Any]:
        """CPU seconds of API and engines since, and milliseconds for each resource."""
        used = self._seconds() - self._before
        return {"cpu": used, "cpu_ms": used * 1000 / resources}

    def _seconds(self) -> float:
        return sum(
            _cpu_seconds(path) for path in pathlib.Path("/proc").glob("[0-9]*") if _group_of(path) in self._groups
        )


def _groups(system: System) -> set[int]:
    if isinstance(system, Deployment):
        return {running.process.pid for running in (*system.engines.values(), system.api)}
    assert isinstance(system, Quickstart)
    return {system.running.process.pid}


def _group_of(path: pathlib.Path) -> int:
    try:
        return os.getpgid(int(path.name))
    except ProcessLookupError:
        return 0


def _cpu_seconds(path: pathlib.Path) -> float:
    try:
        fields = (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
