"""The identity service: its documents and the questions that all its handlers ask of them."""

from __future__ import annotations

from typing import Any, ClassVar

from heat_mq.simcloud.caller import Caller
from heat_mq.simcloud.cloud import Cloud
from heat_mq.simcloud.error_bodies import keystone_body
from heat_mq.simcloud.identity import (
    application_credentials,
    authentication,
    bootstrap,
    credentials,
    discovery,
    domains,
    ec2_credentials,
    endpoints,
    grants,
    groups,
    projects,
    regions,
    roles,
    trusts,
    users,
)
from heat_mq.simcloud.identity.tokens import Tokens
from heat_mq.simcloud.service import Service
from heat_mq.simcloud.store import Document

IMPLIED_ROLES = {"admin": "manager", "manager": "member", "member": "reader"}


class Identity(Service):
    """``/identity``. ``tokens`` issues and reads tokens; the rest are collections."""

    name = "identity"
    root = "/identity"
    endpoint = "/identity"
    catalog: ClassVar = (("identity", "keystone"),)
    routes: ClassVar = (
        discovery.routes,
        authentication.routes,
        regions.routes,
        endpoints.routes,
        domains.routes,
        projects.routes,
        users.routes,
        groups.routes,
        roles.routes,
        grants.routes,
        trusts.routes,
        credentials.routes,
        ec2_credentials.routes,
        application_credentials.routes,
    )
    error_body = staticmethod(keystone_body)

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.domains = self.collection("domains")
        self.projects = self.collection("projects", ("name",))
        self.users = self.collection("users", ("name",))
        self.roles = self.collection("roles", ("name",))
        self.groups = self.collection("groups", ("name",))
        self.memberships = self.collection("memberships", ("user_id", "group_id"))
        self.grants = self.collection("grants", ("user_id", "group_id", "target_id"))
        self.trusts = self.collection("trusts", ("trustor_user_id",))
        self.credentials = self.collection("credentials", ("user_id",))
        self.application_credentials = self.collection("application_credentials", ("user_id",))
        self.regions = self.collection("regions")
        self.listed_services = self.collection("services")
        self.endpoints = self.collection("endpoints", ("service_id",))
        self.tokens = Tokens(self)
        self._catalogs: dict[str, list[Document]] = {}

    def seed(self) -> None:
        bootstrap.seed(self)

    def start(self) -> None:
        endpoints.register_endpoints(self)
        self.tokens.drop_expired()

    def caller(self, token: str) -> Caller | None:
        """Who a token stands for, None when it is not valid (any more)."""
        return self.tokens.caller(token)

    def catalog_for(self, project_id: str) -> list[Document]:
        """The catalog in a token scoped to that project."""
        if project_id not in self._catalogs:
            self._catalogs[project_id] = endpoints.build_catalog(self, project_id)
        return self._catalogs[project_id]

    def catalog_changed(self) -> None:
        """Build catalogs anew."""
        self._catalogs.clear()

    def granted(self, user_id: str, target_id: str) -> list[Document]:
        """The roles a user or its groups were granted on a project or domain, with those that they imply."""
        found: dict[str, Document] = {}
        for grant in self.grants_of(user_id, target_id=target_id):
            found.update((role["id"], role) for role in self.implied(grant["role_id"]))
        return list(found.values())

    def grants_of(self, user_id: str, **equal: Any) -> list[Document]:
        """The grants to a user and to the groups that it is in."""
        groups = [each["group_id"] for each in self.memberships.where(user_id=user_id)]
        by_group = [grant for id in groups for grant in self.grants.where(group_id=id, **equal)]
        return [*self.grants.where(user_id=user_id, **equal), *by_group]

    def implied(self, role_id: str) -> list[Document]:
        """A role and those that it implies."""
        roles: list[Document] = []
        role = self.roles.get(role_id)
        while role is not None:
            roles.append(role)
            implied = IMPLIED_ROLES.get(role["name"]) if role["domain_id"] is None else None
            role = self.roles.first(name=implied) if implied else None
        return roles

    def grant(self, holder_id: str, scope: str, target_id: str, role_id: str, *, holder: str = "user") -> None:
        """Give a user or (``holder`` "group") a group a role on a target; ``scope`` is "project" or "domain"."""
        id = f"{holder_id}/{target_id}/{role_id}"
        document = {"id": id, f"{holder}_id": holder_id, "scope": scope, "target_id": target_id, "role_id": role_id}
        self.grants.save(document)

    def remove_grants(self, **equal: Any) -> None:
        """Take back every grant that matches."""
        for grant in self.grants.where(**equal):
            self.grants.remove(grant["id"])
