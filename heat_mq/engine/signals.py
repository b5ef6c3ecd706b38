"""Signals: a stack's own users, the URL they post to, and what was received."""

from __future__ import annotations

import base64
import urllib.parse
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from heat_mq.arn import Arn
from heat_mq.clients.credentials import PasswordCredential, StackDomainAdmin
from heat_mq.db.records import ResourceRow, StackRow
from heat_mq.db.repo import resources, stacks
from heat_mq.engine.addresses import SIGNALS, arn_in_url
from heat_mq.engine.lazy_cloud import LazyCloud
from heat_mq.engine.mail import read_mail, take_mail
from heat_mq.errors import StepFailed
from heat_mq.resources.kit.call import MetadataServer
from heat_mq.resources.kit.names import physical_name
from heat_mq.resources.kit.waiting import MAILBOX
from heat_mq.signature import signed_url
from heat_mq.state.context import StackContext
from heat_mq.state.sealed import open_data, open_properties

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

USER = "stack_user"
KEYS = "stack_user_keys"
PASSWORD_BYTES = 24
OWN = frozenset({USER, KEYS})
"""What of a resource's data is the stack's alone: it leaves no dump, and none brings it."""


class SignalsPort:
    """Fulfils :class:`heat_mq.resources.kit.call.Signals` for one resource.

    User and key pair are kept in the resource's data. A resource has one of each: what an interrupted step has made is
    found by the user's deterministic name, which is unique in the domain, and by the deterministic access key. The
    password is the same however often it is set: a guest may have it already.
    """

    def __init__(self, service: Service, context: StackContext, row: ResourceRow, data: dict[str, Any]) -> None:
        self._service = service
        self._context = context
        self._row = row
        self._data = data

    def user(self) -> dict[str, str]:
        if USER not in self._data:
            self._data[USER] = self._make_user()
        return dict(self._data[USER])

    def has_user(self) -> bool:
        if USER in self._data:
            return True
        # Only users of a stack that has their project can be left over.
        if self._context.stack.stack_user_project_id is None:
            return False
        domain_id = self._service.clouds.stack_domain_id()
        return self._admin().find_user(self._user_name(), domain_id) is not None

    def key_pair(self, of: str | None = None) -> dict[str, str]:
        if KEYS not in self._data:
            self._data[KEYS] = self._make_keys(self.user() if of is None else self._user_of(of))
        keys = self._data[KEYS]
        return {"access_key_id": keys["access"], "secret_access_key": keys["secret"]}

    def token(self) -> str:
        return self._service.clouds.cloud(self._credential()).token()

    def cloud(self) -> LazyCloud:
        return LazyCloud(lambda: self._service.clouds.cloud(self._credential()), lambda: self._service.ports.guard())

    def url(self, *, owner: bool = False) -> str:
        stack = self._context.stack
        project_id = stack.project_id if owner else self.user()["project_id"]
        base = self._service.addresses.orchestration_url(project_id, stack.project_id, self._endpoint)
        quoted = [urllib.parse.quote(part, "") for part in (stack.name, stack.id, self._row.name)]
        return f"{base}/stacks/{quoted[0]}/{quoted[1]}/resources/{quoted[2]}/signal"

    def signed_url(self, kind: str = "signal") -> str:
        stack = self._context.stack
        arn = Arn(stack.project_id, stack.name, stack.id, f"/resources/{self._row.name}")
        url = self._service.addresses.signal_url(kind, arn, self._endpoint)
        keys = self.key_pair()
        return signed_url(url, SIGNALS[kind], keys["access_key_id"], keys["secret_access_key"])

    def metadata_server(self) -> MetadataServer | None:
        addresses = self._service.addresses
        url = addresses.metadata_url(self._endpoint)
        return MetadataServer(url, addresses.guests_check_certificates) if url else None

    def enable_user(self, enabled: bool) -> None:
        user = self._data.get(USER)
        if user is not None:
            self._service.ports.guard()
            self._admin().enable_user(user["user_id"], enabled)

    def remove_user(self) -> None:
        keys, user = self._data.get(KEYS), self._data.get(USER)
        if keys is not None:
            self._admin().delete_ec2(keys["id"])
            del self._data[KEYS]
        if user is not None:
            self._admin().delete_user(user["user_id"])
            del self._data[USER]

    def properties(self, reference: str) -> Mapping[str, Any]:
        row = self._find(reference)
        return open_properties(self._service.box, row)

    def received(self, reference: str) -> dict[str, Any]:
        row = self._find(reference)
        found = self._service.database.read(resources.get_resource, row.id)
        return dict(found.metadata or {}) if found is not None else {}

    def call_for(self, reference: str, known: dict[str, str]) -> bool:
        row = self._find(reference)
        data = open_data(self._service.box, row)
        place = data.get(MAILBOX)
        if place is None:
            return False
        guest = SignalsPort(self._service, self._context, row, data)
        left = read_mail(place, self._service.ports.cloud(self._context), guest.cloud(), known)
        take_mail(self._service, self._context, row, left)
        return True

    def clear(self, reference: str) -> None:
        try:
            row = self._find(reference)
        except StepFailed:
            return
        self._service.database.write(self._clear, row.id)

    # --- how ----------------------------------------------------------------------------------

    def _clear(self, connection: Connection, row_id: str) -> None:
        """ONE transaction: whoever stood still meanwhile must not take what was received since."""
        resources.set_metadata(connection, row_id, {})
        self._service.ports.confirm(connection)

    def _credential(self) -> PasswordCredential:
        user = self.user()
        return PasswordCredential(password=user["password"], user_id=user["user_id"], project_id=user["project_id"])

    def _admin(self) -> Any:
        return self._service.clouds.cloud(StackDomainAdmin()).identity

    def _make_user(self) -> dict[str, str]:
        service = self._service
        domain_id = service.clouds.stack_domain_id()
        project_id = self._project(domain_id)
        password, name = self._password(), self._user_name()
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

    def _make_keys(self, user: Mapping[str, str]) -> dict[str, str]:
        access = uuid.uuid5(uuid.UUID(self._row.id), KEYS).hex
        left = [pair for pair in self._admin().ec2_of(user["user_id"]) if pair["access"] == access]
        if left:
            return dict(left[0])
        self._service.ports.guard()
        made = self._admin().create_ec2(user_id=user["user_id"], project_id=user["project_id"], access=access)
        return dict(made)

    def _user_of(self, reference: str) -> dict[str, str]:
        row = self._find(reference)
        user = open_data(self._service.box, row).get(USER)
        if user is None:
            raise StepFailed(f"{row.name} is no resource with a user of its own")
        return dict(user)

    def _user_name(self) -> str:
        return physical_name(self._context.stack.name, self._row.name, self._row.id, 64)

    def _password(self) -> str:
        digest = bytes.fromhex(self._service.box.derive(f"password of the user of {self._row.id}"))
        return base64.urlsafe_b64encode(digest[:PASSWORD_BYTES]).decode()

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

    def _endpoint(self, service_type: str) -> str:
        """What the stack owner's catalog has; the stack users' own has the same hosts."""
        return str(self._service.ports.cloud(self._context).endpoint(service_type))

    def _find(self, reference: str) -> ResourceRow:
        """The resource of this stack that a reference means."""
        stack_id, shown = self._context.stack.id, reference
        arn = arn_in_url(reference)
        if arn is not None:
            shown = str(arn)  # without the signature
            reference = (arn.resource_name or "") if arn.stack_id == stack_id else ""
        found = self._service.database.read(resources.find_in_stack, stack_id, reference)
        if found is None:
            raise StepFailed(f"{shown} is no handle of this stack")
        return found


def release_users(service: Service, stack: StackRow) -> None:
    """Delete the project of the root stack's users."""
    if stack.stack_user_project_id:
        service.clouds.cloud(StackDomainAdmin()).identity.delete_project(stack.stack_user_project_id)
