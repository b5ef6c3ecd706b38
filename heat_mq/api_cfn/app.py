"""The CloudFormation-compatible API as one WSGI callable."""

from __future__ import annotations

from oslo_config import cfg
from oslo_middleware import HTTPProxyToWSGI, RequestId

from heat_mq.api_cfn.application import Application
from heat_mq.api_cfn.ec2.adapters import load_adapters
from heat_mq.api_cfn.ec2.keystone import Keystone
from heat_mq.api_cfn.ec2.middleware import Ec2Auth
from heat_mq.api_cfn.render import refuse
from heat_mq.api_cfn.versions import VersionNegotiation
from heat_mq.policies.enforcer import Enforcer
from heat_mq.rpc.contract import EngineMethods
from heat_mq.web import layers
from heat_mq.web.body_limit import BodyLimit
from heat_mq.web.guard import Guard
from heat_mq.web.service import Service
from heat_mq.web.wsgi import App

#: A form writes a character in up to three.
FORM_FACTOR = 3

_CORS_DEFAULTS = {
    "allow_headers": ["X-Auth-Token", "Authorization", "X-Amz-Date", "Content-Type", "Accept"],
    "expose_headers": ["X-Openstack-Request-Id"],
    "allow_methods": ["GET", "PUT", "POST"],
}


def make_app(
    conf: cfg.ConfigOpts,
    engine: EngineMethods,
    *,
    auth: layers.Auth = layers.keystone_auth,
    keystone: Keystone | None = None,
) -> App:
    """Build the API: a WSGI callable that asks ``engine``.

    ``keystone`` proves signatures (by default the one that [ec2authtoken] names), ``auth`` tokens. Raises
    BadConfiguration.
    """
    enforcer = Enforcer(conf)
    proof = keystone or Keystone(load_adapters(conf))
    return layers.stack(
        Application(Service(conf, engine, enforcer)),
        [
            # Every answer bears a request id, so nothing stands before it.
            RequestId,
            # Whatever fails further in is answered in AWS's form, with that id.
            lambda inner: Guard(inner, refuse),
            # Browsers ask before they send a token; refusals must bear CORS headers too.
            lambda inner: layers.browsers(inner, conf, **_CORS_DEFAULTS),
            # What a client has signed is the host by which it came.
            lambda inner: HTTPProxyToWSGI(inner, conf),
            # Load balancers have no token.
            lambda inner: layers.healthcheck(inner, conf),
            # Before a signature is proved: it covers the body, which must be read for it.
            lambda inner: BodyLimit(inner, FORM_FACTOR * conf.max_json_body_size, refuse),
            # Clients read the version document before they have keys.
            VersionNegotiation,
            lambda inner: Ec2Auth(inner, enforcer, proof, lambda accepted: auth(accepted, conf)),
        ],
    )
