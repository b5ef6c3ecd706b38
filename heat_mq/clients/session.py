"""Clouds by credential: one connection each, with a token that is kept until it expires."""

from __future__ import annotations

import json
import os
import threading
import urllib.request
from collections import OrderedDict
from typing import Any, Final

import requests
from keystoneauth1 import access
from keystoneauth1.identity import v3
from keystoneauth1.identity.access import AccessInfoPlugin
from keystoneauth1.plugin import BaseAuthPlugin
from keystoneauth1.session import Session
from requests.adapters import HTTPAdapter

from heat_mq.clients import foreign
from heat_mq.clients.cloud import Cloud
from heat_mq.clients.concurrency_limit import ConcurrencyLimits
from heat_mq.clients.credentials import (
    Credential,
    ForeignCredential,
    PasswordCredential,
    ServiceUser,
    StackDomainAdmin,
    TokenCredential,
    TrustCredential,
)
from heat_mq.clients.settings import Settings
from heat_mq.errors import CloudError, Forbidden, MissingCredential

#: Connections kept; the least recently used goes first, and costs one token when it is needed again.
CONNECTIONS: Final = 1024
#: Sockets kept open to one service; more may be open at the same time, and are closed after use.
SOCKETS: Final = 128


class Clouds:
    """Makes and keeps a :class:`Cloud` for each credential and region. Safe between threads and green threads."""

    def __init__(self, settings: Settings, *, limit: int = CONNECTIONS) -> None:
        self.settings = settings
        self._limit = limit
        self._lock = threading.Lock()
        self._clouds: OrderedDict[tuple[Credential, str | None], Cloud] = OrderedDict()
        # What a service's version document says is the same for everybody.
        self._discovery: dict[str, Any] = {}
        self._http = _pool()
        self._limits = ConcurrencyLimits(settings.concurrency)
        self._foreign = foreign.Trust()

    def cloud(self, credential: Credential, region: str | None = None) -> Cloud:
        """The cloud with these rights; nothing is sent before it is used.

        Raises MissingCredential when the configuration lacks what the credential needs.
        """
        key = (credential, region)
        with self._lock:
            found = self._clouds.get(key)
            if found is not None:
                self._clouds.move_to_end(key)
                return found
        settings, limits = self.settings, self._limits
        if isinstance(credential, ForeignCredential):
            # Another cloud has other limits, and services of the same names.
            settings, limits = self._foreign.settings(settings, credential), ConcurrencyLimits(settings.concurrency)
        made = Cloud(
            self._session(credential, settings),
            settings,
            region=region,
            limits=limits,
            elsewhere=lambda other, region: self.cloud(other or credential, region),
        )
        with self._lock:
            found = self._clouds.setdefault(key, made)
            while len(self._clouds) > self._limit:
                self._clouds.popitem(last=False)
        return found

    def forget(self, credential: Credential) -> None:
        """Drop the connections of a credential that is no longer good (a deleted trust)."""
        with self._lock:
            for key in [key for key in self._clouds if key[0] == credential]:
                del self._clouds[key]

    def delegate(self, credential: Credential) -> TrustCredential:
        """A trust from the credential's user to the service's user, for work that outlives the request.

        Raises MissingCredential when the user has not the roles to lend, Forbidden when this login may lend none.
        """
        trustor = self.cloud(credential)
        roles = self.settings.delegated_roles or trustor.roles
        missing = [role for role in roles if role not in trustor.roles]
        if missing:
            raise MissingCredential(
                f"A trust needs the role{'s' if len(missing) > 1 else ''} {', '.join(missing)} in the project "
                f"{trustor.project_id}, which the user does not have."
            )
        try:
            trust_id = trustor.identity.create_trust(
                trustor_user_id=trustor.user_id,
                trustee_user_id=self.cloud(ServiceUser()).user_id,
                project_id=trustor.project_id,
                roles=roles,
                redelegation=self.settings.redelegation,
            )
        except CloudError as error:
            if error.status != 403:
                raise
            raise Forbidden(
                f"Keystone lets this login give no trust, with which work on a stack goes on: {error.message} "
                "(An application credential can when it was made with --unrestricted.)"
            ) from error
        return TrustCredential(trust_id)

    def undelegate(self, trust: TrustCredential) -> None:
        """Delete a trust, as its trustor; quiet when it is gone."""
        self.cloud(trust).identity.delete_trust(trust.trust_id)
        self.forget(trust)

    def stack_domain_id(self) -> str:
        """The domain of stacks' own users."""
        if self.settings.stack_domain_id:
            return self.settings.stack_domain_id
        return self.cloud(StackDomainAdmin()).domain_id

    def close(self) -> None:
        """Close the idle sockets."""
        with self._lock:
            self._clouds.clear()
        self._http.close()
        self._foreign.close()

    def _session(self, credential: Credential, settings: Settings) -> Session:
        identity = settings.service("identity")
        return Session(
            auth=self._plugin(credential),
            session=self._http,
            verify=identity.verify,
            cert=identity.cert,
            timeout=self.settings.timeout,
            app_name="heat_mq",
            discovery_cache=self._discovery,
        )

    def _plugin(self, credential: Credential) -> BaseAuthPlugin:
        match credential:
            case TrustCredential(trust_id):
                return self.settings.load_service_auth(trust_id)
            case ServiceUser():
                return self.settings.load_service_auth(None)
            case StackDomainAdmin():
                return self._plugin(self._domain_admin())
            case TokenCredential():
                return self._token_plugin(credential)
            case ForeignCredential():
                return foreign.plugin(credential)
            case PasswordCredential():
                given: dict[str, Any] = {
                    name: getattr(credential, name) or None for name in PasswordCredential.__slots__
                }
                return v3.Password(auth_url=self._auth_url(), **given)

    def _domain_admin(self) -> PasswordCredential:
        settings = self.settings
        if not (settings.stack_domain_id or settings.stack_domain_name) or not settings.stack_domain_admin:
            raise MissingCredential(
                "The configuration names no stack domain: stack_user_domain_id (or stack_user_domain_name), "
                "stack_domain_admin and stack_domain_admin_password are needed."
            )
        return PasswordCredential(
            password=settings.stack_domain_admin_password,
            username=settings.stack_domain_admin,
            user_domain_id=settings.stack_domain_id,
            user_domain_name="" if settings.stack_domain_id else settings.stack_domain_name,
            domain_id=settings.stack_domain_id,
            domain_name="" if settings.stack_domain_id else settings.stack_domain_name,
        )

    def _token_plugin(self, credential: TokenCredential) -> BaseAuthPlugin:
        if not credential.token:
            raise MissingCredential("The request carries no token.")
        if not credential.catalog:
            return v3.Token(auth_url=self._auth_url(), token=credential.token, project_id=credential.project_id)
        body = {
            "token": {
                "user": {"id": credential.user_id},
                "project": {"id": credential.project_id},
                "catalog": _v3_catalog(json.loads(credential.catalog)),
                "roles": [{"name": role} for role in credential.roles],
            }
        }
        return AccessInfoPlugin(access.AccessInfoV3(body, credential.token), auth_url=self.settings.auth_url)

    def _auth_url(self) -> str:
        if not self.settings.auth_url:
            raise MissingCredential("The configuration does not say where Keystone is: [clients_keystone] auth_uri.")
        return self.settings.auth_url


def _v3_catalog(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A catalog in Keystone's v3 form; keystonemiddleware's header has the v2 form, three URLs in one endpoint."""
    found = []
    for entry in entries:
        endpoints = []
        for endpoint in entry.get("endpoints", ()):
            if "interface" in endpoint:
                endpoints.append(endpoint)
                continue
            endpoints += [
                {
                    "interface": interface,
                    "url": endpoint[f"{interface}URL"],
                    **_region(endpoint),
                    "id": endpoint.get("id"),
                }
                for interface in ("public", "internal", "admin")
                if endpoint.get(f"{interface}URL")
            ]
        found.append({"type": entry.get("type"), "name": entry.get("name"), "endpoints": endpoints})
    return found


def _region(endpoint: dict[str, Any]) -> dict[str, Any]:
    return {"region": endpoint.get("region"), "region_id": endpoint.get("region")}


def _pool() -> requests.Session:
    http = requests.Session()
    # requests reads proxies, CA bundles and ~/.netrc for every single request, a good part of its
    # cost: only where there is something to read.
    bundles = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    http.trust_env = bool(urllib.request.getproxies()) or any(os.environ.get(name) for name in bundles)
    adapter = HTTPAdapter(pool_connections=32, pool_maxsize=SOCKETS)
    http.mount("http://", adapter)
    http.mount("https://", adapter)
    return http
