"""Who the tests are: what an openrc file says, and a login that is lent to the test of remote clouds."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import shlex
import uuid
from collections.abc import Iterator
from typing import Any

from keystoneauth1 import exceptions, session
from keystoneauth1.identity import v3

_LINE = re.compile(r"\s*(?:export\s+)?(OS_\w+)=(.*)")


@dataclasses.dataclass(frozen=True)
class Login:
    """A user with a password in a project."""

    auth_url: str
    username: str
    password: str
    project: str
    user_domain: str
    project_domain: str
    region: str

    @classmethod
    def of(cls, openrc: str) -> Login:
        """From lines ``export OS_NAME=value``; raises SystemExit for a file that lacks one."""
        with open(openrc) as file:
            found = {match[1]: "".join(shlex.split(match[2])) for line in file if (match := _LINE.match(line))}
        try:
            return cls(
                auth_url=found["OS_AUTH_URL"],
                username=found["OS_USERNAME"],
                password=found["OS_PASSWORD"],
                project=found["OS_PROJECT_NAME"],
                user_domain=found.get("OS_USER_DOMAIN_NAME", "Default"),
                project_domain=found.get("OS_PROJECT_DOMAIN_NAME", "Default"),
                region=found.get("OS_REGION_NAME", "RegionOne"),
            )
        except KeyError as missing:
            raise SystemExit(f"{openrc} does not set {missing}") from None

    def session(self) -> session.Session:
        auth = v3.Password(
            auth_url=self.auth_url,
            username=self.username,
            password=self.password,
            project_name=self.project,
            user_domain_name=self.user_domain,
            project_domain_name=self.project_domain,
        )
        return session.Session(auth=auth)

    def services(self) -> set[str]:
        """Types of the services that the catalog has in the region."""
        opened = self.session()
        catalog = opened.auth.get_access(opened).service_catalog.catalog  # type: ignore[union-attr]
        return {each["type"] for each in catalog for end in each["endpoints"] if end["region"] == self.region}

    def await_orchestration(self) -> None:
        """Until the orchestration service answers; raises what keystoneauth does after about two minutes."""
        where = {"service_type": "orchestration", "region_name": self.region}
        self.session().get("/stacks", endpoint_filter=where, connect_retries=8)


@contextlib.contextmanager
def lent_login(user: Login) -> Iterator[str]:
    """The id of a secret with a login of the user, as ``credential_secret_id`` takes it; "" without a key manager."""
    opened = user.session()
    base = f"{user.auth_url}/users/{opened.get_user_id()}/application_credentials"
    keys: dict[str, Any] = {"endpoint_filter": {"service_type": "key-manager", "region_name": user.region}}
    name = f"tempest-{uuid.uuid4().hex}"
    asked = {"name": name, "secret": name, "unrestricted": True}
    made = opened.post(base, json={"application_credential": asked}).json()["application_credential"]
    try:
        auth = {
            "auth_url": user.auth_url,
            "application_credential_id": made["id"],
            "application_credential_secret": name,
        }
        payload = json.dumps({"auth_type": "v3applicationcredential", "auth": auth})
        body = {"name": name, "payload": payload, "payload_content_type": "text/plain"}
        try:
            href = opened.post("/v1/secrets", json=body, **keys).json()["secret_ref"]
        except exceptions.EndpointNotFound:
            yield ""
            return
        secret = href.rpartition("/")[2]
        try:
            yield secret
        finally:
            opened.delete(f"/v1/secrets/{secret}", **keys)
    finally:
        opened.delete(f"{base}/{made['id']}")
