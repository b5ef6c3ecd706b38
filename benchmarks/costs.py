"""What a case costs processes: CPU seconds and peak memory, from the operating system's accounts."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
#: Role and name of the servers' processes, and a word of the command line where the name does not tell.
SERVERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "rabbit": ("broker", "beam.smp", "rabbit"),
    "mariadb": ("database", "mariadbd", ""),
    "postgresql": ("database", "postgres", ""),
}
_PROC: Final = pathlib.Path("/proc")
_RESET_PEAK: Final = "5"


class Costs:
    """The accounts of a system's processes.

    ``groups`` are process groups by role. ``servers`` (keys of SERVERS; others are passed over) are shared, so they are
    found by name: what they work for others is in their account.
    """

    def __init__(self, groups: Mapping[str, list[int]], servers: tuple[str, ...]) -> None:
        self._groups = groups
        known = [SERVERS[name] for name in servers if name in SERVERS]
        self._servers = {role: _server(name, word) for role, name, word in known}

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds by role since the processes began, children that have ended included."""
        seconds = dict.fromkeys([*self._groups, *self._servers], 0.0)
        for account in _accounts():
            for role, groups in self._groups.items():
                if account.group in groups:
                    seconds[role] += account.seconds
            for role, server in self._servers.items():
                # PostgreSQL serves each connection with a child, whose account goes to the parent at its end.
                if server & {account.process, account.parent}:
                    seconds[role] += account.seconds
        return seconds

    @staticmethod
    def busy_seconds() -> float:
        """CPU seconds that the whole machine has worked since it was started, for whomever."""
        user, nice, system, _, _, *interrupts = map(int, (_PROC / "stat").read_text().split()[1:9])
        return (user + nice + system + sum(interrupts)) / TICKS

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
            members = [account.process for account in _accounts() if account.group == group]
            found += [_PROC / str(member) for member in members if len(members) == 1 or member != group]
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Account:
    """A process, and its CPU seconds with those of its children that have ended."""

    process: int
    name: str
    parent: int
    group: int
    seconds: float


def _accounts() -> Iterator[_Account]:
    """Of all processes that can be seen; one that ends meanwhile is passed over, its parent has its account."""
    for path in _PROC.glob("[0-9]*"):
        try:
            before, _, after = (path / "stat").read_text().rpartition(")")
        except OSError:
            continue
        fields = after.split()
        seconds = sum(map(int, fields[11:15])) / TICKS
        yield _Account(int(path.name), before.partition("(")[2], int(fields[1]), int(fields[2]), seconds)


def _server(name: str, word: str) -> set[int]:
    """The processes of a server that have not been started by another one of it."""
    found = {account.process: account.parent for account in _accounts() if account.name == name}
    return {process for process, parent in found.items() if parent not in found and word in _words(process)}


def _words(process: int) -> list[str]:
    """The command line, and "" that is a word of any."""
    try:
        return (_PROC / str(process) / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _peak_mb(path: pathlib.Path) -> float:
    try:
        lines = (path / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), 0.0)
