"""Tokens: opaque, expiring, revocable.

A token's document says who authenticated how and for which scope. What it is worth is looked up
at every validation (user and project still enabled, grants, trust, application credential), so
that a change counts at once.
"""

from __future__ import annotations

import dataclasses
import math
import secrets
from typing import TYPE_CHECKING

from heat_mq.simcloud import times
from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.store import Document

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

LIFETIME_SECONDS = 3600.0


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """What a token is for; all empty: unscoped."""

    project_id: str = ""
    domain_id: str = ""
    system: bool = False
    trust_id: str = ""

    @property
    def target_id(self) -> str:
        return self.project_id or self.domain_id or ("all" if self.system else "")


class Tokens:
    """Issues, reads and revokes tokens. Callers hold the cloud's lock."""

    def __init__(self, service: Identity) -> None:
        self._service = service
        self._tokens = service.collection("tokens", ("user_id", "trust_id"))

    def issue(
        self,
        user_id: str,
        scope: Scope,
        *,
        methods: list[str],
        expires_at: float | None = None,
        application_credential_id: str = "",
        audit_ids: list[str] | None = None,
    ) -> Document:
        """A new token of a user who was authenticated and may have the scope."""
        now = self._service.now()
        token: Document = {
            "id": f"gAAAAAB{secrets.token_urlsafe(60)}",
            "user_id": user_id,
            "methods": methods,
            "project_id": scope.project_id,
            "domain_id": scope.domain_id,
            "system": scope.system,
            "trust_id": scope.trust_id,
            "application_credential_id": application_credential_id,
            "issued": now,
            "expires": min(now + LIFETIME_SECONDS, expires_at or now + LIFETIME_SECONDS),
            "audit_ids": [secrets.token_urlsafe(16), *(audit_ids or [])[-1:]],
        }
        return self._tokens.save(token)

    def find(self, id: str) -> Document | None:
        """The token's document when it is valid now."""
        token = self.backed(id)
        return token if token is not None and self._outlasts(token) else None

    def backed(self, id: str) -> Document | None:
        """The token's document when all that it was issued for is there, though the token may have been ended."""
        token = self._tokens.get(id)
        if token is None or token["expires"] <= self._service.now():
            return None
        user = self._service.users.get(token["user_id"])
        if user is None or not self._alive(user) or not self._credential_stands(token):
            return None
        if token["project_id"] or token["domain_id"]:
            targets = self._service.projects if token["project_id"] else self._service.domains
            target = targets.get(token["project_id"] or token["domain_id"])
            if target is None or not self._alive(target) or not self.roles(token):
                return None
        return token

    def caller(self, id: str) -> Caller | None:
        """Who the token stands for; None when it is not valid."""
        token = self.find(id)
        if token is None:
            return None
        user = self._service.users.get(token["user_id"]) or {}
        project = self._service.projects.get(token["project_id"]) or {}
        return Caller(
            user_id=token["user_id"],
            user_name=user.get("name", ""),
            user_domain_id=user.get("domain_id", ""),
            project_id=token["project_id"],
            project_name=project.get("name", ""),
            domain_id=token["domain_id"],
            roles=frozenset(role["name"] for role in self.roles(token)),
            token_id=id,
            trust_id=token["trust_id"],
        )

    def roles(self, token: Document) -> list[Document]:
        """The roles a token carries now."""
        scope = Scope(token["project_id"], token["domain_id"], token["system"])
        if not scope.target_id:
            return []
        trust = self._service.trusts.get(token["trust_id"])
        user_id = trust["trustor_user_id"] if trust else token["user_id"]
        granted = self._service.granted(user_id, scope.target_id)
        credential = self._service.application_credentials.get(token["application_credential_id"])
        limits = trust or credential
        if limits is None:
            return granted
        allowed = {role["id"] for role in limits["roles"]}
        return [role for role in granted if role["id"] in allowed]

    def revoke(self, id: str) -> None:
        self._tokens.remove(id)

    def drop_expired(self) -> None:
        """Forget the tokens that time has ended."""
        now = self._service.now()
        for token in self._tokens.all():
            if token["expires"] <= now:
                self._tokens.remove(token["id"])

    def body(self, token: Document, *, catalog: bool = True) -> Document:
        """The ``{"token": ...}`` document that authentication and validation answer."""
        service = self._service
        user = service.users.get(token["user_id"]) or {}
        shown: Document = {
            "methods": token["methods"],
            "user": {
                "id": user["id"],
                "name": user["name"],
                "domain": self._named_domain(user["domain_id"]),
                "password_expires_at": None,
            },
            "audit_ids": token["audit_ids"],
            "expires_at": times.micros_zulu(token["expires"]),
            "issued_at": times.micros_zulu(token["issued"]),
        }
        if token["project_id"]:
            project = service.projects.get(token["project_id"]) or {}
            domain = self._named_domain(project["domain_id"])
            shown["project"] = {"id": project["id"], "name": project["name"], "domain": domain}
            shown["is_domain"] = False
        elif token["domain_id"]:
            shown["domain"] = self._named_domain(token["domain_id"])
        elif token["system"]:
            shown["system"] = {"all": True}
        if "project" in shown or "domain" in shown or "system" in shown:
            shown["roles"] = [{"id": each["id"], "name": each["name"]} for each in self.roles(token)]
            if catalog:
                shown["catalog"] = service.catalog_for(token["project_id"])
        if trust := service.trusts.get(token["trust_id"]):
            shown["OS-TRUST:trust"] = {
                "id": trust["id"],
                "impersonation": trust["impersonation"],
                "trustor_user": {"id": trust["trustor_user_id"]},
                "trustee_user": {"id": trust["trustee_user_id"]},
            }
        if credential := service.application_credentials.get(token["application_credential_id"]):
            shown["application_credential"] = {
                "id": credential["id"],
                "name": credential["name"],
                "restricted": not credential["unrestricted"],
            }
        return {"token": shown}

    def _named_domain(self, domain_id: str) -> Document:
        domain = self._service.domains.get(domain_id) or {}
        return {"id": domain_id, "name": domain.get("name", "")}

    def _credential_stands(self, token: Document) -> bool:
        """Whether the trust or application credential behind a token still exists and its parties do."""
        if token["application_credential_id"]:
            return self._service.application_credentials.get(token["application_credential_id"]) is not None
        if not token["trust_id"]:
            return True
        trust = self._service.trusts.get(token["trust_id"])
        if trust is None:
            return False
        parties = (self._service.users.get(trust[key]) for key in ("trustor_user_id", "trustee_user_id"))
        return all(each is not None and self._alive(each) for each in parties)

    def _outlasts(self, token: Document) -> bool:
        """Whether it is younger than what ended the user's tokens last: a new password, or being kept out.

        Keystone knows only the second in which a token was issued, and ends all of the second in which that happened,
        those too that it issues in it afterwards.
        """
        user = self._service.users.get(token["user_id"]) or {}
        return math.floor(token["issued"]) > math.floor(user.get("_tokens_ended", -1))

    def _alive(self, document: Document) -> bool:
        """Enabled, and in an enabled domain."""
        domain = self._service.domains.get(document.get("domain_id"))
        return bool(document["enabled"]) and (domain is None or bool(domain["enabled"]))
