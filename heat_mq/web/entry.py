"""An application for WSGI servers, which import it and fork: built where it serves, at the first request."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable

from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.conf import log
from heat_mq.rpc.client import engine_client
from heat_mq.rpc.contract import EngineMethods
from heat_mq.rpc.transport import make_transport
from heat_mq.web.wsgi import App, Environ, StartResponse

#: Names configuration files, separated by ``:``; without it the default one is read.
VARIABLE = "HEAT_MQ_CONFIG_FILES"


class Entry:
    """A WSGI callable that reads nothing and connects to nothing before the first request."""

    def __init__(self, prog: str, make_app: Callable[[cfg.ConfigOpts, EngineMethods], App]) -> None:
        self._prog = prog
        self._make_app = make_app
        self._lock = threading.Lock()
        self._app: App | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._loaded()(environ, start_response)

    def _loaded(self) -> App:
        with self._lock:
            if self._app is None:
                files = [name for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]
                conf = configuration.load(files=files, prog=self._prog)
                log.setup(conf, self._prog)
                self._app = self._make_app(conf, engine_client(make_transport(conf)))
            return self._app
