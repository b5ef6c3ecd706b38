"""``python -m tests.real [OPTIONS] [TYPE...] [-- PYTEST ARGUMENTS]``: see ``--help`` and docs/testing.rst."""

from __future__ import annotations

import argparse
import pathlib
import sys

import pytest

from tests.real.account import enter, environment
from tests.real.holdings import framework
from tests.real.sweep import sweep

SUITE = pathlib.Path(__file__).parent / "suite.py"


def main() -> int:
    own, further = _split(sys.argv[1:])
    parser = argparse.ArgumentParser(prog="python -m tests.real", description="Lives of types in a real cloud.")
    parser.add_argument("--openrc", help="file of an administrator's OS_* variables; else those of the environment")
    parser.add_argument("types", nargs="*", help="types or patterns of types, as 'OS::Nova::*'; all when none is given")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="EXTENSION",
        help="this Neutron lacks it, as vpnaas: its types are left out and named at the end",
    )
    parser.add_argument("--sweep", metavar="TOKEN", help="delete what a run that was killed has left, and end")
    chosen = parser.parse_args(own)
    if chosen.sweep:
        return sweep_up(chosen.openrc, chosen.sweep)
    args = [str(SUITE), *(f"--type={each}" for each in chosen.types)]
    args += [*(f"--without={each}" for each in chosen.without), *further]
    if chosen.openrc:
        args.append(f"--openrc={chosen.openrc}")
    return int(pytest.main(args))


def sweep_up(openrc: str | None, token: str) -> int:
    account = enter(environment(openrc))
    account.take_over(token)
    for key in sweep(account, framework(account)):
        print(*key)
    account.close()
    return 0


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in args:
        return args, []
    at = args.index("--")
    return args[:at], args[at + 1 :]


if __name__ == "__main__":
    sys.exit(main())
