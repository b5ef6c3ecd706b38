"""``heat-mq-manage``: the operator's tool, beside running engines or without them.

Commands whose names have an underscore are those of ``heat-manage``, with its arguments.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from alembic.util.exc import CommandError
from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.cmd import manage_secrets, manage_services, manage_stacks
from heat_mq.cmd.database import check_schema, in_use, make_database
from heat_mq.conf import sample
from heat_mq.db import schema
from heat_mq.db.session import Database
from heat_mq.errors import BadConfiguration

PROG = "heat-mq-manage"

Command = Callable[[Database, cfg.ConfigOpts, argparse.Namespace], int]
Parsers = Any  # what argparse gives for subcommands has no public name


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status: 0, 1 when something was found or refused, 2 for wrong use."""
    arguments = _parser().parse_args(argv)
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read what we print has seen enough; the interpreter shall not stumble over it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _run(arguments: argparse.Namespace) -> int:
    if arguments.run is _config_sample:
        return _config_sample()
    try:
        conf = configuration.load((), prog=PROG, files=arguments.config_file or ())
        database = make_database(conf)
        try:
            with in_use(database):
                if arguments.run not in (_db_sync, _db_version):
                    check_schema(database)
                return int(arguments.run(database, conf, arguments))
        finally:
            database.dispose()
    except BadConfiguration as error:
        print(f"{PROG}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROG, description="Manage a heat_mq installation.")
    parser.add_argument(
        "--config-file",
        action="append",
        metavar="FILE",
        help="configuration, may be given again, later files win (default /etc/heat_mq/heat_mq.conf)",
    )
    nouns = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    db = nouns.add_parser("db", help="the database's schema").add_subparsers(required=True, metavar="ACTION")
    for parent, sync, version in ((db, "sync", "version"), (nouns, "db_sync", "db_version")):
        revision = _add(parent, sync, _db_sync, "bring the schema up to date")
        revision.add_argument("revision", nargs="?", default="head", help="stop at this revision (default: the newest)")
        _add(parent, version, _db_version, "print the schema's revision")
    service = nouns.add_parser("service", help="engine workers").add_subparsers(required=True, metavar="ACTION")
    _add(service, "list", manage_services.list_services, "list them and whether they are up")
    _add(service, "clean", manage_services.clean, "forget those that are down, give their work to others")
    _stack_commands(nouns)
    _secret_commands(nouns)
    config = nouns.add_parser("config", help="configuration").add_subparsers(required=True, metavar="ACTION")
    config.add_parser("sample", help="print a sample configuration").set_defaults(run=_config_sample)
    return parser


def _stack_commands(nouns: Parsers) -> None:
    stack = nouns.add_parser("stack", help="stored stacks").add_subparsers(required=True, metavar="ACTION")
    integrity = _add(stack, "integrity", manage_stacks.integrity, "look for stored state that is not legal")
    integrity.add_argument(
        "--batch", type=_at_least(1), default=100, metavar="COUNT", help="stacks read at once (default %(default)s)"
    )
    purge = _add(nouns, "purge_deleted", manage_stacks.purge_deleted, "remove what is left of deleted stacks")
    purge.add_argument(
        "age", nargs="?", type=_at_least(0), default=90, help="how long ago they were deleted (default %(default)s)"
    )
    purge.add_argument(
        "-g",
        "--granularity",
        choices=manage_stacks.GRANULARITY,
        default="days",
        help="what the age counts (default %(default)s)",
    )
    purge.add_argument("-p", "--project-id", metavar="PROJECT", help="stacks of this project alone")
    purge.add_argument(
        "-b",
        "--batch-size",
        type=_at_least(1),
        default=20,
        metavar="COUNT",
        help="stacks removed in one transaction (default %(default)s)",
    )
    reset = _add(
        nouns, "reset_stack_status", manage_stacks.reset_stack_status, "end what runs of a stack by force, as failed"
    )
    reset.add_argument("stack_id", help="id of the stack; what is nested in it is reset too")
    reset.add_argument("-y", "--yes", action="store_true", help="do not ask")
    data = _add(nouns, "resource_data_list", manage_stacks.resource_data_list, "print what a resource keeps, unsealed")
    data.add_argument("resource_id", help="id of the resource's row, or its physical id")
    migrate = _add(nouns, "migrate_convergence_1", manage_stacks.migrate_convergence, "tell how a stack is run")
    migrate.add_argument("stack_id", help="id of the stack")
    _add(nouns, "migrate_properties_data", manage_stacks.migrate_properties_data, "tell how properties are stored")


def _secret_commands(nouns: Parsers) -> None:
    keys = nouns.add_parser("keys", help="what secrets are encrypted with").add_subparsers(
        required=True, metavar="ACTION"
    )
    rotate = _add(keys, "rotate", manage_secrets.rotate, "encrypt what former keys have encrypted with the present one")
    rotate.add_argument(
        "--batch", type=_at_least(1), default=100, metavar="COUNT", help="rows of a transaction (default %(default)s)"
    )
    rotate.add_argument("--verbose", action="store_true", help="name each row that was encrypted anew")
    update = _add(nouns, "update_params", manage_secrets.update_params, "encrypt stored secrets with the present key")
    update.add_argument("operation", choices=("encrypt", "decrypt"))
    update.add_argument(
        "previous_key",
        nargs="?",
        metavar="PREVIOUS_KEY",
        help="the key they are encrypted with, when it is not in [engine] former_encryption_keys",
    )
    update.add_argument("--verbose-update-params", dest="verbose", action="store_true", help="name each row")


def _add(parent: Parsers, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parent.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.set_defaults(run=run)
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    """A type of argument: a whole number, no smaller."""

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number of {least} or more")
        return value

    return number


def _db_sync(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    try:
        schema.sync(database, arguments.revision)
    except CommandError as error:
        raise BadConfiguration(f"db sync {arguments.revision}: {error}") from error
    print(schema.version(database))
    return 0


def _db_version(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    print(schema.version(database) or "none")
    return 0


def _config_sample() -> int:
    sample.write(sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
