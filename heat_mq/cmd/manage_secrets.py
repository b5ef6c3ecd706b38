"""``heat-mq-manage keys``: the key that secrets in the database are encrypted with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.crypt import Box
from heat_mq.db.repo.sealed import reseal_rows, sealed_tables
from heat_mq.db.session import Database
from heat_mq.errors import BadConfiguration, CannotDecrypt

BATCH = 100


def rotate(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    return _rotate(database, configuration.encryption_keys(conf), arguments.batch, arguments.verbose)


def update_params(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    """``encrypt`` is the rotation; there is no other way to store secrets, so nothing can be decrypted in place."""
    if arguments.operation == "decrypt":
        raise BadConfiguration(
            "update_params decrypt: secrets are stored encrypted, always. To change the key set auth_encryption_key, "
            "put the old one into [engine] former_encryption_keys and run 'update_params encrypt'"
        )
    keys = configuration.encryption_keys(conf)
    if arguments.previous_key:
        keys.append(arguments.previous_key)
    return _rotate(database, keys, BATCH, arguments.verbose)


def _rotate(database: Database, keys: Sequence[str], batch: int, verbose: bool) -> int:
    """A transaction for each batch. What is done stays done: a run that was interrupted is simply begun again."""
    box = Box(keys)

    def anew(sealed: str) -> str | None:
        if box.is_newest(sealed):
            return sealed
        try:
            return box.rotate(sealed)
        except CannotDecrypt:
            return None

    changed = unreadable = 0
    for table in sealed_tables():
        after: str | None = ""
        while after is not None:
            done = database.write(reseal_rows, table, after, batch, anew)
            after = done.last
            changed += len(done.changed)
            unreadable += len(done.unreadable)
            for row_id in done.changed if verbose else ():
                print(f"{table.name} {row_id}: encrypted anew")
            for row_id in done.unreadable:
                print(f"{table.name} {row_id}: no key that is known opens it", file=sys.stderr)
    print(f"{changed} rows are encrypted anew, {unreadable} cannot be read.")
    return 1 if unreadable else 0
