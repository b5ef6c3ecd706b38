"""``heat-mq-status upgrade check``: whether this code may be started with this configuration and database."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from oslo_config import cfg
from oslo_upgradecheck import common_checks, upgradecheck
from oslo_upgradecheck.upgradecheck import Code, Result

from heat_mq import conf as configuration
from heat_mq.cmd.database import in_use, make_database
from heat_mq.concurrency.choice import DEFAULT_FILE
from heat_mq.crypt import Box
from heat_mq.db import schema
from heat_mq.db.repo.sealed import some_values
from heat_mq.db.session import Database
from heat_mq.errors import BadConfiguration, CannotDecrypt

PROG = "heat-mq-status"
#: Rows of each table whose secrets are tried.
SAMPLE = 100


class Checks(upgradecheck.UpgradeCommands):
    """The checks of one configuration. A warning leaves the services usable, a failure does not."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        super().__init__()
        self._conf = conf

    def _database(self) -> Result:
        """The schema is the one that this code needs."""
        try:
            database = make_database(self._conf)
            try:
                with in_use(database):
                    found, wanted = schema.version(database), schema.head()
            finally:
                database.dispose()
        except BadConfiguration as error:
            return Result(Code.FAILURE, str(error))
        if found != wanted:
            return Result(
                Code.FAILURE, f"it is at {found or 'none'}, this code needs {wanted}: run 'heat-mq-manage db sync'"
            )
        return Result(Code.SUCCESS, f"at {found}")

    def _key(self) -> Result:
        """Secrets are encrypted with a key of one's own."""
        try:
            Box(configuration.encryption_keys(self._conf))
        except BadConfiguration as error:
            return Result(Code.FAILURE, str(error))
        if not configuration.has_own_key(self._conf):
            return Result(Code.WARNING, "auth_encryption_key is not set: the default is known to everybody")
        return Result(Code.SUCCESS)

    def _secrets(self) -> Result:
        """What is stored can be read."""
        try:
            box = Box(configuration.encryption_keys(self._conf))
            database = make_database(self._conf)
            try:
                with in_use(database):
                    if schema.version(database) != schema.head():
                        return Result(Code.WARNING, "not looked at: the schema is another one")
                    return _opened(box, database)
            finally:
                database.dispose()
        except BadConfiguration as error:
            return Result(Code.WARNING, f"not looked at: {error}")

    def _policies(self) -> Result:
        """Policies are overridden by YAML."""
        return common_checks.check_policy_json(self, self._conf)

    _upgrade_checks = (
        ("Database schema", _database),
        ("Encryption key", _key),
        ("Stored secrets", _secrets),
        ("Policy file", _policies),
    )


def _opened(box: Box, database: Database) -> Result:
    former = 0
    for sealed in database.read(some_values, SAMPLE):
        try:
            box.open(sealed)
        except CannotDecrypt as error:
            return Result(Code.FAILURE, str(error))
        former += not box.is_newest(sealed)
    if former:
        return Result(Code.WARNING, "some are encrypted with a former key: run 'heat-mq-manage keys rotate'")
    return Result(Code.SUCCESS)


def main(argv: Sequence[str] | None = None) -> int:
    """``heat-mq-status [--config-file FILE]… upgrade check [--json]``: 0 good, 1 warnings, 2 failures, 255 an error."""
    conf = configuration.unread()
    default = [DEFAULT_FILE] if os.path.exists(DEFAULT_FILE) else []
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return int(upgradecheck.main(conf, "heat_mq", Checks(conf), arguments, default))
    except (cfg.Error, ValueError) as error:
        print(f"{PROG}: {error}", file=sys.stderr)
        return 255


if __name__ == "__main__":
    sys.exit(main())
