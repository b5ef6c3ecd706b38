"""Signals: a stack's own users, the URL they post to, and what was received."""

from __future__ import annotations

import secrets
import urllib.parse
from typing import TYPE_CHECKING, Any

from heat_mq.clients.credentials import PasswordCredential, StackDomainAdmin
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.errors import StepFailed
from heat_mq.resources.kit.names import physical_name
from heat_mq.state.context import StackContext

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

USER = "stack_user"


class SignalsPort:
    """Fulfils :class:`heat_mq.resources.kit.call.Signals` for one resource; the user is kept in the resource's data."""

    def __init__(self, service: Service, context: StackContext, row: ResourceRow, data: dict[str, Any]) -> None:
        self._service = service
        self._context = context
        self._row = row
        self._data = data

    def user(self) -> dict[str, str]:
        if USER not in self._data:
            self._data[USER] = self._make_user()
        return dict(self._data[USER])

    def token(self) -> str:
        user = self.user()
        credential = PasswordCredential(
            password=user["password"], user_id=user["user_id"], project_id=user["project_id"]
        )
        return self._service.clouds.cloud(credential).token()

    def url(self) -> str:
        project_id = self.user()["project_id"]
        stack = self._context.stack
        base = self._orchestration_url(project_id)
        quoted = [urllib.parse.quote(part, "") for part in (stack.name, stack.id, self._row.name)]
        return f"{base}/stacks/{quoted[0]}/{quoted[1]}/resources/{quoted[2]}/signal"

    def enable_user(self, enabled: bool) -> None:
        user = self._data.get(USER)
        if user is not None:
            self._service.ports.guard()
            self._admin().enable_user(user["user_id"], enabled)

    def remove_user(self) -> None:
        user = self._data.get(USER)
        if user is not None:
            self._admin().delete_user(user["user_id"])

    def received(self, reference: str) -> dict[str, Any]:
        row = self._find(reference)
        found = self._service.database.read(resources.get_resource, row.id)
        return dict(found.metadata or {}) if found is not None else {}

    def clear(self, reference: str) -> None:
        try:
            row = self._find(reference)
        except StepFailed:
            return
        self._service.database.write(resources.set_metadata, row.id, {})

    # --- how ----------------------------------------------------------------------------------

    def _admin(self) -> Any:
        return self._service.clouds.cloud(StackDomainAdmin()).identity

    def _make_user(self) -> dict[str, str]:
        service, row = self._service, self._row
        domain_id = service.clouds.stack_domain_id()
        project_id = self._project(domain_id)
        password = secrets.token_urlsafe(24)
        name = physical_name(self._context.stack.name, row.name, row.id, 64)
        service.ports.guard()
        user_id = self._admin().create_user(
            name=name,
            password=password,
            domain_id=domain_id,
            project_id=project_id,
            role=service.clouds.settings.stack_user_role,
        )
        return {
            "user_id": user_id,
            "username": name,
            "password": password,
            "project_id": project_id,
            "domain_id": domain_id,
            "auth_url": service.clouds.settings.auth_url,
        }

    def _project(self, domain_id: str) -> str:
        """The project of the root stack's users, made once for the whole tree."""
        root = self._service.database.read(stacks.get_stack, self._context.stack.root_id)
        if root is not None and root.stack_user_project_id:
            return root.stack_user_project_id
        root_id = self._context.stack.root_id
        project_id = str(
            self._admin().create_project(
                name=f"heat_mq-{root_id}", domain_id=domain_id, description=f"Users of stack {root_id}"
            )
        )
        self._service.database.write(stacks.set_user_project, root_id, project_id)
        return project_id

    def _orchestration_url(self, project_id: str) -> str:
        """The orchestration service's URL for another project than the one its catalog entry names."""
        cloud = self._service.ports.cloud(self._context)
        mine = self._context.stack.project_id
        url = str(cloud.endpoint("orchestration")).rstrip("/")
        return url.replace(mine, project_id) if mine in url else f"{url}/{project_id}"

    def _find(self, reference: str) -> ResourceRow:
        """The resource of this stack that a reference means."""
        found = self._service.database.read(resources.find_in_stack, self._context.stack.id, reference)
        if found is None:
            raise StepFailed(f"{reference} is no handle of this stack")
        return found


def release_users(service: Service, stack: StackRow) -> None:
    """Delete the project of the root stack's users."""
    if stack.stack_user_project_id:
        service.clouds.cloud(StackDomainAdmin()).identity.delete_project(stack.stack_user_project_id)
