"""Keystone: names, trusts, and the users that stacks have of their own."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from heat_mq.clients.service import Kind, Service, quoted
from heat_mq.errors import CloudConflict, CloudError, CloudGone, CloudTransient


class Identity(Service):
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "project": Kind("/projects", "projects", "project", free_ids=True),
        "user": Kind("/users", "users", "user", free_ids=True),
        "group": Kind("/groups", "groups", "group", free_ids=True),
        "role": Kind("/roles", "roles", "role", free_ids=True),
        "domain": Kind("/domains", "domains", "domain", free_ids=True),
        "service": Kind("/services", "services", "service", free_ids=True),
        "region": Kind("/regions", "regions", "region", by_name="", free_ids=True),
    }

    # --- trusts -------------------------------------------------------------------------------

    def create_trust(
        self,
        *,
        trustor_user_id: str,
        trustee_user_id: str,
        project_id: str,
        roles: Sequence[str],
        redelegation: bool = False,
    ) -> str:
        """Let the trustee act as the trustor in the project with the named roles; answers the trust's id.

        Only the trustor may: use it with the trustor's own token.
        """
        trust = {
            "trustor_user_id": trustor_user_id,
            "trustee_user_id": trustee_user_id,
            "project_id": project_id,
            "impersonation": True,
            "allow_redelegation": redelegation,
            "roles": [{"name": role} for role in roles],
        }
        return str(self.post("/OS-TRUST/trusts", {"trust": trust})["trust"]["id"])

    def delete_trust(self, trust_id: str) -> None:
        """Quiet when there is no such trust (any more)."""
        self._delete_quietly(f"/OS-TRUST/trusts/{quoted(trust_id)}")

    # --- the stack domain ---------------------------------------------------------------------

    def create_project(self, *, name: str, domain_id: str, description: str = "") -> str:
        """The id of the project of that name in the domain, made when there is none. Several may ask at once."""
        query = {"name": name, "domain_id": domain_id}
        found = next(self.each("/projects", "projects", query=query), None)
        if found is None:
            try:
                found = self.post("/projects", {"project": {**query, "description": description, "enabled": True}})
                found = found["project"]
            except CloudConflict:
                found = next(self.each("/projects", "projects", query=query), None)
                if found is None:
                    raise
        return str(found["id"])

    def delete_project(self, project_id: str) -> None:
        """Quiet when there is none."""
        self._delete_quietly(f"/projects/{quoted(project_id)}")

    def create_user(self, *, name: str, password: str, domain_id: str, project_id: str, role: str) -> str:
        """A user with a role in a project; answers its id.

        A user of that name in the domain, which an interrupted call has left, is taken over. Where it has another
        password or is kept out it gets this one and is let in; that raises CloudTransient, since Keystone takes no
        token that it issues in the same second.
        """
        found = self.find_user(name, domain_id)
        if found is None:
            user = {
                "name": name,
                "password": password,
                "domain_id": domain_id,
                "default_project_id": project_id,
                "enabled": True,
            }
            user_id = str(self.post("/users", {"user": user})["user"]["id"])
        else:
            user_id = found
        role_id = self.find("role", role)
        self.put(f"/projects/{quoted(project_id)}/users/{quoted(user_id)}/roles/{quoted(role_id)}")
        if found is not None and not self._proves(user_id, password):
            self.patch(f"/users/{quoted(user_id)}", {"user": {"password": password, "enabled": True}})
            raise CloudTransient(f"The user {name} has a new password", retry_after=1.0)
        return user_id

    def find_user(self, name: str, domain_id: str) -> str | None:
        """The id of the user of that name in the domain."""
        found = next(self.each("/users", "users", query={"name": name, "domain_id": domain_id}), None)
        return None if found is None else str(found["id"])

    def _proves(self, user_id: str, password: str) -> bool:
        """Whether the user gets a token for the password."""
        identity = {"methods": ["password"], "password": {"user": {"id": user_id, "password": password}}}
        try:
            self.post("/auth/tokens", {"auth": {"identity": identity, "scope": "unscoped"}})
        except CloudError as error:
            if error.status != HTTPStatus.UNAUTHORIZED:
                raise
            return False
        return True

    def enable_user(self, user_id: str, enabled: bool) -> None:
        """Let the user in, or keep it out for a while (a suspended stack)."""
        self.patch(f"/users/{quoted(user_id)}", {"user": {"enabled": enabled}})

    def delete_user(self, user_id: str) -> None:
        """Quiet when there is none."""
        self._delete_quietly(f"/users/{quoted(user_id)}")

    # --- ec2 credentials ----------------------------------------------------------------------

    def create_ec2(self, *, user_id: str, project_id: str, access: str = "") -> dict[str, str]:
        """A key pair with which the user signs requests: ``{"id", "access", "secret"}``.

        ``access`` is the access key, so that a pair which an interrupted call has made can be found (:meth:`ec2_of`).
        """
        access, secret = access or uuid.uuid4().hex, secrets.token_hex(16)
        credential = {
            "type": "ec2",
            "user_id": user_id,
            "project_id": project_id,
            "blob": json.dumps({"access": access, "secret": secret}),
        }
        made = self.post("/credentials", {"credential": credential})["credential"]
        return {"id": str(made["id"]), "access": access, "secret": secret}

    def ec2_of(self, user_id: str) -> list[dict[str, str]]:
        """The signing keys that a user has, as :meth:`create_ec2` answers them, each with its ``project_id``."""
        found = []
        for item in self.each("/credentials", "credentials", query={"user_id": user_id, "type": "ec2"}):
            blob: Any = item["blob"]
            keys = json.loads(blob) if isinstance(blob, str) else blob
            found.append(
                {
                    "id": str(item["id"]),
                    "project_id": str(item.get("project_id") or ""),
                    "access": keys["access"],
                    "secret": keys["secret"],
                }
            )
        return found

    def delete_ec2(self, credential_id: str) -> None:
        """Quiet when there is none."""
        self._delete_quietly(f"/credentials/{quoted(credential_id)}")

    def _delete_quietly(self, path: str) -> None:
        try:
            self.delete(path)
        except CloudGone:
            return
