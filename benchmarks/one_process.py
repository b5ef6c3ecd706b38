"""API and engine in one process, for ``fake://`` messaging on any database: ``--config-file FILE …``."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence

from heat_mq import concurrency
from heat_mq import conf as configuration
from heat_mq.api.app import make_app
from heat_mq.cmd.engine_process import EngineProcess
from heat_mq.conf import log
from heat_mq.rpc.client import engine_client
from heat_mq.rpc.transport import make_transport

PROG = "one-process"


def run(argv: Sequence[str]) -> int:
    """Serve until SIGTERM, as the quick start does."""
    conf = configuration.load(argv, prog=PROG, description="API and engine in one process.")
    log.setup(conf, PROG)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    transport = make_transport(conf)
    engine = EngineProcess(conf, transport)
    engine.start()
    server = concurrency.serve_wsgi(
        make_app(conf, engine_client(transport)), conf.heat_api.bind_host, conf.heat_api.bind_port
    )
    while not stopped.wait(0.2):
        pass
    server.stop()
    server.wait(5)
    engine.stop()
    transport.cleanup()
    return 0
