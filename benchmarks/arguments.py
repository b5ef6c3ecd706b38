"""What the commands that start a system are told alike."""

from __future__ import annotations

import argparse
import pathlib

from benchmarks.system import DATABASES


def add_common(parser: argparse.ArgumentParser) -> None:
    """``--database`` and ``--json``."""
    parser.add_argument("--database", choices=DATABASES, default="mariadb", help="default %(default)s")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything measured to FILE too")


def positive(text: str) -> int:
    """A number from 1; raises ArgumentTypeError for others."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1")
    return int(text)
