"""What a case costs processes: CPU seconds and peak memory, from the operating system's accounts."""

from __future__ import annotations

import contextlib
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
#: The servers are shared, so their processes are found by name and not by who started them.
SERVERS: Final[Mapping[str, tuple[str, str]]] = {
    "rabbit": ("broker", "beam.smp"),
    "mariadb": ("database", "mariadbd"),
    "postgresql": ("database", "postgres"),
}
_PROC: Final = pathlib.Path("/proc")
_RESET_PEAK: Final = "5"


class Costs:
    """The accounts of a system's processes. ``groups``: process groups by role, ``servers``: keys of SERVERS."""

    def __init__(self, groups: Mapping[str, list[int]], servers: tuple[str, ...]) -> None:
        self._groups = groups
        self._servers = dict(SERVERS[name] for name in servers if name in SERVERS)

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds by role since the processes began, children that have ended included."""
        seconds = dict.fromkeys([*self._groups, *self._servers], 0.0)
        for path in _processes():
            group, name, used = _account(path)
            for role, groups in self._groups.items():
                if group in groups:
                    seconds[role] += used
            for role, server in self._servers.items():
                if name == server:
                    seconds[role] += used
        return seconds

    def reset_peaks(self) -> None:
        """Let peaks begin anew; where the kernel refuses they are those since the processes began."""
        for role in self._groups:
            for path in self._workers(role):
                with contextlib.suppress(OSError):
                    (path / "clear_refs").write_text(_RESET_PEAK)

    def peak_mb(self) -> dict[str, list[float]]:
        """The highest resident memory of each worker by role, in MB of 10**6 bytes, the highest first."""
        return {role: sorted(map(_peak_mb, self._workers(role)), reverse=True) for role in self._groups}

    def _workers(self, role: str) -> list[pathlib.Path]:
        """Members of the groups; the leader of a group only watches over them, unless it is alone."""
        found = []
        for group in self._groups[role]:
            members = [path for path in _processes() if _account(path)[0] == group]
            found += [path for path in members if len(members) == 1 or int(path.name) != group]
        return found


def _processes() -> Iterator[pathlib.Path]:
    return _PROC.glob("[0-9]*")


def _account(path: pathlib.Path) -> tuple[int, str, float]:
    """Process group, name and CPU seconds; zeros of a process that has just ended (its parent has its account)."""
    try:
        before, _, after = (path / "stat").read_text().rpartition(")")
    except OSError:
        return 0, "", 0.0
    fields = after.split()
    return int(fields[2]), before.partition("(")[2], sum(map(int, fields[11:15])) / TICKS


def _peak_mb(path: pathlib.Path) -> float:
    try:
        lines = (path / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), 0.0)
