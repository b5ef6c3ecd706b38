"""The messaging transport, made from configuration (``transport_url``)."""

from __future__ import annotations

import importlib
import socket

import oslo_messaging
from oslo_config import cfg
from oslo_messaging import opts

#: Groups messages of this project; ``control_exchange`` in the configuration replaces it.
EXCHANGE = "heat_mq"

AMQP_PORT = 5672
#: Seconds one host of the broker may take to accept a connection.
CONNECT_SECONDS = 3.0

#: Options that oslo.messaging reads from the transport's configuration, yet registers in the global one
#: alone: module and group (the list there has the group's name). Older releases lack some.
_MISSING_OPTIONS = {
    "oslo_messaging._metrics.client": "oslo_messaging_metrics",
    "oslo_messaging._tracing.client": "oslo_messaging_tracing",
}


def make_transport(conf: cfg.ConfigOpts, url: str | None = None) -> oslo_messaging.Transport:
    """A transport for clients and servers of this process.

    ``url`` overrides the configured ``transport_url``: ``rabbit://user:password@host:5672/`` or
    ``fake://``, which reaches servers of the same process alone. A process that forks makes its
    transport afterwards: connections do not survive a fork.
    """
    _register_options(conf)
    conf.set_default("control_exchange", EXCHANGE)
    if url is not None:
        conf.set_override("transport_url", url)
    return oslo_messaging.get_rpc_transport(conf)


def is_reachable(transport: oslo_messaging.Transport, other: str | None = None) -> bool:
    """Whether any host of the broker accepts a connection; always true for ``fake://``.

    ``other`` is the URL of another broker than the one of the configuration.
    """
    url = oslo_messaging.TransportURL.parse(transport.conf, other)
    if url.transport != "rabbit":
        return True
    return any(_accepts(host.hostname, host.port or AMQP_PORT) for host in url.hosts)


def _accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _register_options(conf: cfg.ConfigOpts) -> None:
    for group, options in opts.list_opts():
        conf.register_opts(options, group=group)
    for module, group in _MISSING_OPTIONS.items():
        try:
            found = importlib.import_module(module)
        except ImportError:
            continue
        conf.register_opts(getattr(found, group), group=group)
