"""A directory that one running program keeps to itself."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import TextIO

LOCK = "lock"


def claim(directory: Path) -> TextIO:
    """Make the directory, if need be, and hold it until the answer is closed or the process ends.

    Raises OSError, whose text a user can be shown, when that is not possible or another process holds it.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        held = open(directory / LOCK, "a+")  # noqa: SIM115 - it stays open
    except OSError as error:
        raise OSError(f"cannot use the state directory {directory}: {error.strerror}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        held.close()
        raise OSError(f"the state directory {directory} is in use by another process; name one with --state-dir") from (
            error
        )
    return held
