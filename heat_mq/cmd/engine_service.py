"""The engine as a service of worker processes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

import oslo_messaging
from oslo_config import cfg
from oslo_service import service

from heat_mq import conf as configuration
from heat_mq import errors
from heat_mq.cmd.database import check_schema, make_database
from heat_mq.cmd.engine_process import EngineProcess
from heat_mq.conf import log
from heat_mq.resources.kit.registry import load
from heat_mq.rpc.transport import make_transport

LOG = logging.getLogger(__name__)
PROG = "heat-mq-engine"
FEWEST_WORKERS = 4


class EngineService(service.ServiceBase):
    """What one worker process runs. It may be started again after it was stopped: that is how SIGHUP reloads."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        self._process: EngineProcess | None = None
        self._transport: oslo_messaging.Transport | None = None

    def start(self) -> None:
        """Connect in this process, after the fork."""
        self._transport = make_transport(self._conf)
        self._process = EngineProcess(self._conf, self._transport)
        self._process.start()

    def stop(self) -> None:
        """Drain."""
        if self._process is not None:
            self._process.stop()
            self._process = None
        if self._transport is not None:
            self._transport.cleanup()
            self._transport = None

    def wait(self) -> None:
        """Nothing is left to wait for: ``stop`` returns when the worker has drained."""

    def reset(self) -> None:
        """SIGHUP: the configuration has been read anew."""
        log.setup(self._conf, PROG)


def run(argv: Sequence[str]) -> int:
    """Read the configuration, check the database, serve until a signal ends it."""
    try:
        conf = configuration.load(argv, prog=PROG, description="Plan stacks and run their resources.")
        log.setup(conf, PROG)
        database = make_database(conf)
        try:
            check_schema(database)
        finally:
            database.dispose()  # workers connect after the fork
    except errors.BadConfiguration as error:
        print(f"{PROG}: {error}", file=sys.stderr)
        return 2
    load()  # before the fork: workers share the types' memory
    workers = conf.num_engine_workers or max(os.cpu_count() or 1, FEWEST_WORKERS)
    launcher = service.launch(conf, EngineService(conf), workers=workers, restart_method="reload")
    return int(launcher.wait() or 0)
