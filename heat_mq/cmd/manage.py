"""``heat-mq-manage``: the operator's tool, beside running engines or without them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from alembic.util.exc import CommandError

from heat_mq import conf as configuration
from heat_mq.cmd.database import check_schema, in_use, make_database
from heat_mq.conf import sample
from heat_mq.db import schema
from heat_mq.db.repo import engines
from heat_mq.db.session import Database
from heat_mq.errors import BadConfiguration

PROG = "heat-mq-manage"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.run is _config_sample:
        return _config_sample()
    try:
        database = make_database(configuration.load((), prog=PROG, files=arguments.config_file or ()))
        try:
            with in_use(database):
                return int(arguments.run(database, arguments))
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
    sync = db.add_parser("sync", help="bring the schema up to date")
    sync.add_argument("revision", nargs="?", default="head", help="stop at this revision (default: the newest)")
    sync.set_defaults(run=_db_sync)
    db.add_parser("version", help="print the schema's revision").set_defaults(run=_db_version)
    service = nouns.add_parser("service", help="engine workers").add_subparsers(required=True, metavar="ACTION")
    service.add_parser("list", help="list them and whether they are up").set_defaults(run=_service_list)
    config = nouns.add_parser("config", help="configuration").add_subparsers(required=True, metavar="ACTION")
    config.add_parser("sample", help="print a sample configuration").set_defaults(run=_config_sample)
    return parser


def _db_sync(database: Database, arguments: argparse.Namespace) -> int:
    try:
        schema.sync(database, arguments.revision)
    except CommandError as error:
        raise BadConfiguration(f"db sync {arguments.revision}: {error}") from error
    print(schema.version(database))
    return 0


def _db_version(database: Database, arguments: argparse.Namespace) -> int:
    print(schema.version(database) or "none")
    return 0


def _service_list(database: Database, arguments: argparse.Namespace) -> int:
    check_schema(database)
    rows = [("Engine", "Host", "Status", "Last sign of life")]
    for row, alive in database.read(engines.list_engines):
        seen = (row.updated_at or row.created_at).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append((row.id, row.host, "up" if alive else "down", seen))
    widths = [max(len(texts[column]) for texts in rows) for column in range(4)]
    for texts in rows:
        print("  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip())
    return 0


def _config_sample() -> int:
    sample.write(sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
