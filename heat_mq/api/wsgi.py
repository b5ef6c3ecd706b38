"""``application`` for uWSGI, gunicorn and mod_wsgi: ``heat_mq.api.wsgi:application``.

Configuration files come from ``HEAT_MQ_CONFIG_FILES`` (separated by ``:``), else the default one is read. Nothing is
read, and no connection made, before the first request: a server may fork until then.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable

from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.api.app import make_app
from heat_mq.api.middleware.reply import App, Environ, StartResponse
from heat_mq.conf import log
from heat_mq.rpc.client import engine_client
from heat_mq.rpc.transport import make_transport

_lock = threading.Lock()
_app: App | None = None


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI entry point."""
    return _loaded()(environ, start_response)


def app_from(conf: cfg.ConfigOpts) -> App:
    """The API with an engine behind ``transport_url``. Call it in the process that serves, after forks."""
    return make_app(conf, engine_client(make_transport(conf)))


def _loaded() -> App:
    global _app
    with _lock:
        if _app is None:
            files = [name for name in os.environ.get("HEAT_MQ_CONFIG_FILES", "").split(os.pathsep) if name]
            conf = configuration.load(files=files, prog="heat-mq-api")
            log.setup(conf, "heat-mq-api")
            _app = app_from(conf)
        return _app
