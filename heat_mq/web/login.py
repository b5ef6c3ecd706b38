"""Callers who bring no token: they are logged in here, and the request goes on with the token that they get.

Both layers set the headers that keystonemiddleware sets, and take those away that the client may have sent.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterable
from typing import Final

from cachetools import TTLCache
from keystoneauth1 import loading
from keystoneauth1.access import AccessInfo
from keystoneauth1.exceptions import ClientException, HttpError
from keystoneauth1.identity import v3
from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.session import Session
from oslo_config import cfg

from heat_mq.conf.identity import auth_url
from heat_mq.errors import BadConfiguration
from heat_mq.web.wsgi import App, Environ, Refuse, StartResponse, base_url

LOG = logging.getLogger(__name__)

#: Where the caller's password stands for the layers within.
PASSWORD_HEADER: Final = "HTTP_X_AUTH_KEY"
USER_HEADER: Final = "HTTP_X_AUTH_USER"
DOMAIN_HEADER: Final = "HTTP_X_USER_DOMAIN_ID"
DOMAIN_NAME_HEADER: Final = "HTTP_X_USER_DOMAIN_NAME"
NOAUTH: Final = "noauth"
#: As keystonemiddleware's token_cache_time: how long a changed password or a lost role may go unnoticed.
REMEMBERED_SECONDS: Final = 300
REMEMBERED: Final = 4096
_TIMEOUT: Final = 60.0
#: What a client may not say of itself.
_IDENTITY: Final = (
    *("HTTP_X_AUTH_TOKEN", "HTTP_X_IDENTITY_STATUS", "HTTP_X_SERVICE_CATALOG", "HTTP_X_ROLES", "HTTP_X_ROLE"),
    *("HTTP_X_USER", "HTTP_X_USER_ID", "HTTP_X_USER_NAME", DOMAIN_HEADER, DOMAIN_NAME_HEADER),
    *("HTTP_X_PROJECT_ID", "HTTP_X_PROJECT_NAME", "HTTP_X_PROJECT_DOMAIN_ID", "HTTP_X_PROJECT_DOMAIN_NAME"),
    *("HTTP_X_TENANT", "HTTP_X_TENANT_ID", "HTTP_X_TENANT_NAME", "HTTP_X_IS_ADMIN_PROJECT"),
    *("HTTP_X_DOMAIN_ID", "HTTP_X_DOMAIN_NAME", "HTTP_OPENSTACK_SYSTEM_SCOPE"),
    *("HTTP_X_SERVICE_TOKEN", "HTTP_X_SERVICE_ROLES", "HTTP_X_SERVICE_IDENTITY_STATUS"),
)


class Refused(Exception):
    """The caller is not let in."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


class Login:
    """Lets a request go on with the token of a login; what may not be is answered in the API's own form."""

    def __init__(self, app: App, session: Session, refuse: Refuse) -> None:
        self._app = app
        self._session = session
        self._refuse = refuse

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            self.identify(environ)
        except Refused as refusal:
            return self._refuse(environ, start_response, refusal.status, refusal.kind, str(refusal))
        return self._app(environ, start_response)

    def identify(self, environ: Environ) -> None:
        """Put into the environment who asks; raises Refused."""
        raise NotImplementedError

    def access(self, plugin: BaseIdentityPlugin) -> AccessInfo:
        """What Keystone says of a login, which is asked for when there is no token, or it ends soon; raises Refused."""
        try:
            found = plugin.get_access(self._session)
        except HttpError as error:
            if error.http_status in (400, 401, 403, 404):
                raise Refused(401, "HTTPUnauthorized", "Keystone refuses this user, password and project.") from error
            LOG.error("Keystone failed at a login: %s", error)
        except ClientException as error:
            LOG.error("Keystone cannot be asked about a login: %s", error)
        else:
            return found
        raise Refused(503, "HTTPServiceUnavailable", "Logins cannot be checked now; try again.")


class PasswordLogin(Login):
    """``flavor = standalone``: X-Auth-User and X-Auth-Key are a login at Keystone for the path's project.

    The user's domain is that of X-User-Domain-Id or X-User-Domain-Name, else ``default``. Answers 401 without them or
    when Keystone refuses them, 503 when it cannot be asked.
    """

    def __init__(self, app: App, session: Session, auth_url: str, refuse: Refuse) -> None:
        super().__init__(app, session, refuse)
        self._auth_url = auth_url
        self._lock = threading.Lock()
        self._known: TTLCache[tuple[str, ...], BaseIdentityPlugin] = TTLCache(REMEMBERED, REMEMBERED_SECONDS)

    def identify(self, environ: Environ) -> None:
        user, password = environ.get(USER_HEADER), environ.get(PASSWORD_HEADER)
        if not user or not password:
            message = "X-Auth-User and X-Auth-Key are needed: this API takes a user and a password, and no tokens."
            raise Refused(401, "HTTPUnauthorized", message)
        domain, domain_name = environ.get(DOMAIN_HEADER, ""), environ.get(DOMAIN_NAME_HEADER, "")
        access = self.access(self._plugin(user, password, domain, domain_name, _project(environ)))
        _identify(environ, access)

    def _plugin(self, user: str, password: str, domain: str, domain_name: str, project: str) -> BaseIdentityPlugin:
        key = (user, domain, domain_name, project, hashlib.sha256(password.encode()).hexdigest())
        with self._lock:
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = v3.Password(
                    auth_url=self._auth_url,
                    username=user,
                    password=password,
                    user_domain_id=domain or (None if domain_name else "default"),
                    user_domain_name=domain_name or None,
                    project_id=project or None,
                )
            return found


class OneForAll(Login):
    """``flavor = noauth``: nobody is asked who it is, and every request is made as the user of [noauth].

    But for pages of other origins: a browser would let any of them ask in its user's name. They get 403.
    """

    def __init__(self, app: App, session: Session, plugin: BaseIdentityPlugin, password: str, refuse: Refuse) -> None:
        super().__init__(app, session, refuse)
        self._plugin = plugin
        self._password = password

    def identify(self, environ: Environ) -> None:
        if environ.get("HTTP_ORIGIN", base_url(environ)) != base_url(environ):
            raise Refused(403, "HTTPForbidden", "Without logins no page of another origin may ask.")
        _identify(environ, self.access(self._plugin))
        environ[PASSWORD_HEADER] = self._password


def password_login(app: App, conf: cfg.ConfigOpts, refuse: Refuse) -> App:
    """:class:`PasswordLogin` at the Keystone of the configuration. Raises BadConfiguration."""
    url = auth_url(conf)
    if not url:
        raise BadConfiguration("[paste_deploy] flavor = standalone needs Keystone's URL: [clients_keystone] auth_uri")
    return PasswordLogin(app, _session(conf), url, refuse)


def one_for_all(app: App, conf: cfg.ConfigOpts, refuse: Refuse) -> App:
    """:class:`OneForAll` with the login of [noauth]. Raises BadConfiguration."""
    loading.register_auth_conf_options(conf, NOAUTH)
    plugin = loading.load_auth_from_conf_options(conf, NOAUTH)
    if not isinstance(plugin, BaseIdentityPlugin):
        raise BadConfiguration("[paste_deploy] flavor = noauth makes all requests as one user: set [noauth] auth_type")
    return OneForAll(app, _session(conf), plugin, conf[NOAUTH].get("password") or "", refuse)


def _session(conf: cfg.ConfigOpts) -> Session:
    """How Keystone is reached: [clients_keystone], else [clients]."""
    own, common = conf.clients_keystone, conf.clients
    # An own setting comes before a common one: certificates to check with mean that they are checked.
    insecure = common.insecure and not own.ca_file if own.insecure is None else own.insecure
    shown = own if own.cert_file else common  # a certificate goes with its own key
    return Session(
        verify=False if insecure else own.ca_file or common.ca_file or True,
        cert=(shown.cert_file, shown.key_file) if shown.cert_file and shown.key_file else shown.cert_file,
        timeout=_TIMEOUT,
        app_name="heat_mq",
    )


def _project(environ: Environ) -> str:
    """The project that the path names, ``/v1/PROJECT/…``."""
    parts = str(environ.get("PATH_INFO", "")).split("/")
    return parts[2] if len(parts) > 2 else ""


def _identify(environ: Environ, access: AccessInfo) -> None:
    for name in _IDENTITY:
        environ.pop(name, None)
    said = {
        "HTTP_X_AUTH_TOKEN": access.auth_token,
        "HTTP_X_IDENTITY_STATUS": "Confirmed",
        "HTTP_X_USER_ID": access.user_id,
        "HTTP_X_USER_NAME": access.username,
        DOMAIN_HEADER: access.user_domain_id,
        DOMAIN_NAME_HEADER: access.user_domain_name,
        "HTTP_X_PROJECT_ID": access.project_id,
        "HTTP_X_PROJECT_NAME": access.project_name,
        "HTTP_X_PROJECT_DOMAIN_ID": access.project_domain_id,
        "HTTP_X_PROJECT_DOMAIN_NAME": access.project_domain_name,
        "HTTP_X_ROLES": ",".join(access.role_names or ()),
        "HTTP_X_IS_ADMIN_PROJECT": str(access.is_admin_project),
        "HTTP_X_SERVICE_CATALOG": json.dumps(access.service_catalog.catalog),
    }
    environ.update({name: value for name, value in said.items() if value is not None})
