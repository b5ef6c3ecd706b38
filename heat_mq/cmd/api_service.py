"""An API as a service of worker processes that share one listening socket."""

from __future__ import annotations

import dataclasses
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

import oslo_messaging
from oslo_config import cfg
from oslo_service import service

from heat_mq import concurrency, errors
from heat_mq import conf as configuration
from heat_mq.conf import log
from heat_mq.rpc.client import engine_client
from heat_mq.rpc.contract import EngineMethods
from heat_mq.rpc.transport import make_transport
from heat_mq.web.wsgi import App

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    """One of the APIs: the program's name, what it is, its group of options, and what builds the application.

    ``check`` raises BadConfiguration before anything is served: what builds the application does so in the workers.
    """

    name: str
    description: str
    group: str
    make_app: Callable[[cfg.ConfigOpts, EngineMethods], App]
    check: Callable[[cfg.ConfigOpts], object] = lambda conf: None

    def options(self, conf: cfg.ConfigOpts) -> Any:
        return conf[self.group]


class ApiService(service.ServiceBase):
    """What one worker process runs. It may be started again after it was stopped: that is how SIGHUP reloads."""

    def __init__(self, program: Program, conf: cfg.ConfigOpts, listener: socket.socket) -> None:
        self._program = program
        self._conf = conf
        self._listener = listener
        self._server: concurrency.Server | None = None
        self._transport: oslo_messaging.Transport | None = None

    def start(self) -> None:
        """Build the application in this process, after the fork, and serve it."""
        self._transport = make_transport(self._conf)
        self._server = concurrency.serve_wsgi(
            self._program.make_app(self._conf, engine_client(self._transport)),
            # A server closes its socket when it stops; the original stays for the next start.
            sock=self._listener.dup(),
            max_header_line=self._program.options(self._conf).max_header_line,
        )
        LOG.info("serving on %s port %s", self._server.host, self._server.port)

    def stop(self) -> None:
        """Take no new request and return when the last is answered: native workers end right after."""
        if self._server is not None:
            self._server.stop()
            self._server.wait()
        if self._transport is not None:
            self._transport.cleanup()
            self._transport = None

    def wait(self) -> None:
        """Return when this was stopped."""
        if self._server is not None:
            self._server.wait()

    def reset(self) -> None:
        """SIGHUP: the configuration has been read anew; what is logged may have changed with it."""
        log.setup(self._conf, self._program.name)


def run(program: Program, argv: Sequence[str]) -> int:
    """Read the configuration, bind once, serve until a signal ends it."""
    try:
        conf = configuration.load(argv, prog=program.name, description=program.description)
        program.check(conf)
    except errors.BadConfiguration as error:
        print(f"{program.name}: {error}", file=sys.stderr)
        return 2
    log.setup(conf, program.name)
    options = program.options(conf)
    try:
        listener = concurrency.listen(
            options.bind_host, options.bind_port, backlog=options.backlog, keepidle=options.tcp_keepidle
        )
    except OSError as error:
        print(
            f"{program.name}: cannot listen on {options.bind_host} port {options.bind_port}: {error}", file=sys.stderr
        )
        return 1
    workers = options.workers or os.cpu_count() or 1
    launcher = service.launch(conf, ApiService(program, conf, listener), workers=workers, restart_method="reload")
    return int(launcher.wait() or 0)
