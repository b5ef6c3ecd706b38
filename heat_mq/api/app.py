"""The API as one WSGI callable."""

from __future__ import annotations

from oslo_config import cfg
from oslo_middleware import HTTPProxyToWSGI, RequestId

from heat_mq.api.falcon_app import make_falcon_app
from heat_mq.api.middleware.description import Description
from heat_mq.api.middleware.reply import refuse
from heat_mq.api.middleware.versions import VersionNegotiation
from heat_mq.policies.enforcer import Enforcer
from heat_mq.rpc.contract import EngineMethods
from heat_mq.web import layers
from heat_mq.web.body_limit import BodyLimit
from heat_mq.web.context import Context
from heat_mq.web.guard import Guard
from heat_mq.web.service import Service
from heat_mq.web.wsgi import App

#: What browsers may send and see, unless [cors] says otherwise.
_CORS_DEFAULTS = {
    "allow_headers": ["X-Auth-Token", "X-Service-Token", "Content-Type", "Accept"],
    "expose_headers": ["X-Openstack-Request-Id", "Location"],
    "allow_methods": ["GET", "PUT", "POST", "DELETE", "PATCH"],
}


def make_app(conf: cfg.ConfigOpts, engine: EngineMethods, *, auth: layers.Auth | None = None) -> App:
    """Build the API: a WSGI callable that asks ``engine``.

    ``auth`` proves who asks, by default as ``[paste_deploy] flavor`` says. Raises BadConfiguration.
    """
    prove = auth or layers.auth_by_flavor(refuse)
    enforcer = Enforcer(conf)
    return layers.stack(
        make_falcon_app(Service(conf, engine, enforcer)),
        [
            # Every answer bears a request id, so nothing stands before it.
            RequestId,
            # Whatever fails further in is answered as a fault, with that id.
            lambda inner: Guard(inner, refuse),
            # Browsers ask before they send a token; refusals must bear CORS headers too.
            lambda inner: layers.browsers(inner, conf, **_CORS_DEFAULTS),
            # Links are made of the host and scheme by which the client came.
            lambda inner: HTTPProxyToWSGI(inner, conf),
            # Load balancers have no token.
            lambda inner: layers.healthcheck(inner, conf),
            # Before the token is proved: a body that nobody will read should cost nothing.
            lambda inner: BodyLimit(inner, conf.max_json_body_size, refuse),
            # Programs read what there is to ask before they have a token.
            Description,
            # Clients read the version document before they have a token.
            VersionNegotiation,
            lambda inner: prove(inner, conf),
            # Needs the headers that the layer before has proved.
            lambda inner: Context(inner, enforcer, with_password=conf.deferred_auth_method == "password"),
        ],
    )
