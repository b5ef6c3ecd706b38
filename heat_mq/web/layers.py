"""Layers of libraries, as both APIs use them; each API lists its own in order in its ``app`` module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from keystonemiddleware import auth_token
from oslo_config import cfg
from oslo_middleware import Healthcheck, cors

from heat_mq.errors import BadConfiguration
from heat_mq.web import login
from heat_mq.web.wsgi import App, Environ, Refuse, StartResponse

HEALTHCHECK_PATH = "/healthcheck"

#: Wraps an application with one that comes before it.
Layer = Callable[[Any], Any]
#: Wraps it with the layer that proves who asks: it sets the headers that keystonemiddleware sets, or answers 401.
Auth = Callable[[App, cfg.ConfigOpts], App]


def stack(app: Any, layers: Sequence[Layer]) -> App:
    """The application behind ``layers``, the first of them outermost."""
    for layer in reversed(layers):
        app = layer(app)
    wsgi: App = app
    return wsgi


def keystone_auth(app: App, conf: cfg.ConfigOpts) -> App:
    """Tokens proved by Keystone, as ``[keystone_authtoken]`` says; anything else is 401."""
    protocol: App = auth_token.AuthProtocol(app, {"oslo_config_config": conf})
    return protocol


def auth_by_flavor(refuse: Refuse) -> Auth:
    """The layer that ``[paste_deploy] flavor`` names, which answers refusals of its own by ``refuse``.

    It raises BadConfiguration when it is made.
    """

    def layer(app: App, conf: cfg.ConfigOpts) -> App:
        match conf.paste_deploy.flavor:
            case None | "" | "keystone":
                return keystone_auth(app, conf)
            case "standalone":
                return login.password_login(app, conf, refuse)
            case "noauth":
                return login.one_for_all(app, conf, refuse)
            case other:
                known = "keystone, standalone and noauth"
                raise BadConfiguration(f"[paste_deploy] flavor = {other} is not known; there are {known}")

    return layer


def healthcheck(app: App, conf: cfg.ConfigOpts) -> App:
    """``/healthcheck`` answered by oslo.middleware, which takes every path for its own."""
    check: App = Healthcheck(app, conf)

    def dispatch(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return (check if environ.get("PATH_INFO") == HEALTHCHECK_PATH else app)(environ, start_response)

    return dispatch


def browsers(app: App, conf: cfg.ConfigOpts, **defaults: Sequence[str]) -> App:
    """CORS headers; ``defaults`` are what browsers may send and see, unless [cors] says otherwise."""
    conf.register_opts(cors.OPTS, "cors")
    for name, value in defaults.items():
        conf.set_default(name, list(value), "cors")
    layer: App = cors.CORS(app, conf)
    return layer
