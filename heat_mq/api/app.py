"""The API as one WSGI callable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from keystonemiddleware import auth_token
from oslo_config import cfg
from oslo_middleware import Healthcheck, HTTPProxyToWSGI, RequestId, cors

from heat_mq.api.call import Service
from heat_mq.api.falcon_app import make_falcon_app
from heat_mq.api.middleware.body_limit import BodyLimit
from heat_mq.api.middleware.context import Context
from heat_mq.api.middleware.guard import Guard
from heat_mq.api.middleware.reply import App, Environ, StartResponse
from heat_mq.api.middleware.versions import VersionNegotiation
from heat_mq.policies.enforcer import Enforcer
from heat_mq.rpc.contract import EngineMethods

HEALTHCHECK_PATH = "/healthcheck"

#: What browsers may send and see, unless [cors] says otherwise.
_CORS_DEFAULTS = {
    "allow_headers": ["X-Auth-Token", "X-Service-Token", "Content-Type", "Accept"],
    "expose_headers": ["X-Openstack-Request-Id", "Location"],
    "allow_methods": ["GET", "PUT", "POST", "DELETE", "PATCH"],
}


def keystone_auth(app: App, conf: cfg.ConfigOpts) -> App:
    """Tokens proved by Keystone, as ``[keystone_authtoken]`` says; anything else is 401."""
    protocol: App = auth_token.AuthProtocol(app, {"oslo_config_config": conf})
    return protocol


def make_app(
    conf: cfg.ConfigOpts, engine: EngineMethods, *, auth: Callable[[App, cfg.ConfigOpts], App] = keystone_auth
) -> App:
    """Build the API: a WSGI callable that asks ``engine``.

    ``auth`` wraps the application with the layer that proves who asks: it sets the headers that
    keystonemiddleware sets, or answers 401.
    """
    enforcer = Enforcer(conf)
    app: Any = make_falcon_app(Service(conf, engine, enforcer))
    layers: list[Callable[[Any], Any]] = [
        # Every answer bears a request id, so nothing stands before it.
        RequestId,
        # Whatever fails further in is answered as a fault, with that id.
        Guard,
        # Browsers ask before they send a token; refusals must bear CORS headers too.
        lambda inner: _cors(inner, conf),
        # Links are made of the host and scheme by which the client came.
        lambda inner: HTTPProxyToWSGI(inner, conf),
        # Load balancers have no token.
        lambda inner: _healthcheck(inner, conf),
        # Before the token is proved: a body that nobody will read should cost nothing.
        lambda inner: BodyLimit(inner, conf.max_json_body_size),
        # Clients read the version document before they have a token.
        VersionNegotiation,
        lambda inner: auth(inner, conf),
        # Needs the headers that the layer before has proved.
        lambda inner: Context(inner, enforcer),
    ]
    for layer in reversed(layers):
        app = layer(app)
    wsgi: App = app
    return wsgi


def _healthcheck(app: App, conf: cfg.ConfigOpts) -> App:
    """``/healthcheck`` answered by oslo.middleware, which takes every path for its own."""
    check: App = Healthcheck(app, conf)

    def dispatch(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return (check if environ.get("PATH_INFO") == HEALTHCHECK_PATH else app)(environ, start_response)

    return dispatch


def _cors(app: App, conf: cfg.ConfigOpts) -> App:
    conf.register_opts(cors.OPTS, "cors")
    for name, value in _CORS_DEFAULTS.items():
        conf.set_default(name, value, "cors")
    layer: App = cors.CORS(app, conf)
    return layer
