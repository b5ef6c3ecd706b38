"""Logins at other clouds: what of them is accepted, and with which certificates these clouds are trusted."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import ipaddress
import json
import pathlib
import shutil
import tempfile
import threading
import urllib.parse
from collections.abc import Mapping
from typing import Any, Final

from keystoneauth1 import exceptions as ks
from keystoneauth1 import loading
from keystoneauth1.plugin import BaseAuthPlugin

from heat_mq.clients.credentials import ForeignCredential
from heat_mq.clients.settings import ServiceSettings, Settings
from heat_mq.errors import StepFailed, nearest

#: Ways to log in that send what they are given to auth_url, and read nothing of this machine.
AUTH_TYPES: Final = ("v3applicationcredential", "v3password", "password", "v3token", "token")


class BadLogin(StepFailed):
    """A login cannot be used; the text holds nothing of it but names."""


def check_login(auth_type: str, auth: Mapping[str, Any]) -> None:
    """Raise BadLogin for a way to log in that is not offered, or an auth_url that must not be asked."""
    if auth_type not in AUTH_TYPES:
        near = nearest(str(auth_type), AUTH_TYPES)
        hint = f"; did you mean {near}?" if near else ""
        raise BadLogin(f"auth_type is one of {', '.join(AUTH_TYPES)}{hint}")
    url = auth.get("auth_url")
    parts = urllib.parse.urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadLogin("the login has no auth_url, the http or https URL of the other cloud's Keystone")
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(parts.hostname).is_link_local:
            raise BadLogin("auth_url is a link-local address, which is no cloud's")


def plugin(credential: ForeignCredential) -> BaseAuthPlugin:
    """What logs in; raises BadLogin when something is missing."""
    auth = json.loads(credential.auth)
    loader: Any = loading.get_plugin_loader(credential.auth_type)
    known = {option.dest for option in loader.get_options()}
    if unknown := sorted(set(auth) - known):
        near = nearest(unknown[0], known)
        hint = f"; did you mean {near}?" if near else ""
        raise BadLogin(f"the login has {unknown[0]}, which {credential.auth_type} does not know{hint}")
    try:
        made: BaseAuthPlugin = loader.load_from_options(**auth)
    except ks.MissingRequiredOptions as error:
        names = ", ".join(option.dest for option in error.options)
        raise BadLogin(f"the login lacks {names}, which {credential.auth_type} needs") from None
    except (ks.ClientException, TypeError, ValueError):
        raise BadLogin(f"the login is not what {credential.auth_type} needs") from None
    return made


class Trust:
    """Certificates of other clouds as files, which is how requests takes them; made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._directory: pathlib.Path | None = None

    def settings(self, own: Settings, credential: ForeignCredential) -> Settings:
        """How the other cloud is reached: by its public endpoints, with its own certificates."""
        verify: bool | str = not credential.insecure
        if credential.ca_cert and not credential.insecure:
            verify = str(self._file(credential.ca_cert))
        return dataclasses.replace(
            own,
            auth_url=json.loads(credential.auth)["auth_url"],
            region=None,
            shared_region=None,
            shared_services=frozenset(),
            default=ServiceSettings(interface="public", verify=verify),
            services={},
        )

    def close(self) -> None:
        """Delete the files."""
        with self._lock:
            if self._directory is not None:
                shutil.rmtree(self._directory, ignore_errors=True)
                self._directory = None

    def _file(self, text: str) -> pathlib.Path:
        with self._lock:
            if self._directory is None:
                self._directory = pathlib.Path(tempfile.mkdtemp(prefix="heat_mq-ca-"))
            path = self._directory / f"{hashlib.sha256(text.encode()).hexdigest()}.pem"
            if not path.exists():
                path.write_text(text)
        return path
