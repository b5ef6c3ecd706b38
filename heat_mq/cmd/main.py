"""``heat-mq``: try heat_mq without installing anything else.

``quickstart`` runs everything in one process, ``simcloud`` the simulated cloud alone; ``lint`` looks at a template.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from heat_mq import concurrency

DEFAULT_STATE = Path.home() / ".local" / "state" / "heat_mq"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.serves:
        concurrency.patch(arguments.backend)
        # Only now: what is imported before the process is patched would block it.
        importlib.import_module("heat_mq.concurrency.oslo")
    run = importlib.import_module(f"heat_mq.cmd.{arguments.module}").run
    return int(run(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="heat-mq", description="Orchestration that speaks Heat's interfaces.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    quickstart = commands.add_parser(
        "quickstart",
        help="run API, engine and a simulated cloud in this process and create an example stack",
        description="Run everything in one process: no service, no root rights, no configuration.",
    )
    _common(quickstart, port=8004, port_help="port of the orchestration API; the simulated cloud takes the next one")
    quickstart.add_argument(
        "--cfn-port",
        type=int,
        metavar="PORT",
        help="port of the CloudFormation-compatible API (default: the second after that of the orchestration API)",
    )
    quickstart.add_argument(
        "--no-auth", action="store_true", help="take requests without tokens, and make them all as the user demo"
    )
    quickstart.add_argument("--no-example", action="store_true", help="create no example stack")
    quickstart.add_argument("--exit", action="store_true", help="stop after the example; status 0 if it is complete")
    quickstart.set_defaults(module="quickstart", serves=True)
    simcloud = commands.add_parser(
        "simcloud",
        help="serve the simulated cloud alone",
        description="Serve a simulated OpenStack cloud; write STATE_DIR/openrc and STATE_DIR/heat_mq.conf.",
    )
    _common(simcloud, port=8005, port_help="port to serve on")
    simcloud.add_argument(
        "--api-port",
        type=int,
        default=8004,
        metavar="PORT",
        help="port of the orchestration API, for the catalog (default %(default)s)",
    )
    simcloud.add_argument(
        "--cfn-port",
        type=int,
        default=8000,
        metavar="PORT",
        help="port of the CloudFormation-compatible API, for the catalog (default %(default)s)",
    )
    simcloud.set_defaults(module="simcloud", serves=True)
    _lint(commands)
    return parser


def _lint(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lint = commands.add_parser(
        "lint",
        help="tell what is wrong with a template",
        description="Tell everything that is wrong with a template, offline: nothing is asked of an engine or a cloud.",
        epilog="Exit status: 0 when there is no error, 1 when there is one, 2 when a file cannot be read.",
    )
    lint.add_argument("template", type=Path, metavar="TEMPLATE", help="the template's file")
    lint.add_argument(
        "-e",
        "--environment",
        type=Path,
        action="append",
        default=[],
        metavar="ENV",
        help="environment to use it with; may be given several times, later ones win",
    )
    lint.add_argument(
        "--format", choices=["text", "json"], default="text", help="how to print what is found (default %(default)s)"
    )
    lint.set_defaults(module="lint", serves=False)


def _common(parser: argparse.ArgumentParser, *, port: int, port_help: str) -> None:
    parser.add_argument(
        "--state-dir", type=Path, default=DEFAULT_STATE, metavar="DIR", help=f"what is kept (default {DEFAULT_STATE})"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to serve on (default %(default)s)"
    )
    parser.add_argument("--port", type=int, default=port, metavar="PORT", help=f"{port_help} (default %(default)s)")
    parser.add_argument(
        "--boot-seconds",
        type=float,
        default=2.0,
        metavar="SECONDS",
        help="how long a simulated server takes to boot (default %(default)s)",
    )
    parser.add_argument(
        "--backend",
        choices=concurrency.BACKENDS,
        default=concurrency.BACKENDS[0],
        help="what the process runs on: green threads, or threads of the system (default %(default)s)",
    )


if __name__ == "__main__":
    sys.exit(main())
