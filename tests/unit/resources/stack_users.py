"""The engine's own port for signals, with users in Keystone, for a stack of which there is nothing but a driver."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from heat_mq.clients.cloud import Cloud
from heat_mq.clients.credentials import StackDomainAdmin
from heat_mq.clients.session import Clouds
from heat_mq.crypt import Box
from heat_mq.db.repo import resources, stacks
from heat_mq.engine.addresses import Addresses
from heat_mq.engine.signals import SignalsPort
from heat_mq.resources.kit import Record
from heat_mq.state.sealed import seal_data

#: Where the APIs would be, if there were any.
APIS = Addresses(metadata="http://127.0.0.1:1/v1", orchestration="http://127.0.0.1:1/v1/%(tenant_id)s")
KEY = "the box of a stack that nobody stores"


class StackUsers:
    """Makes the port for each step of a driver; it stands for the service and for the database that the port uses.

    ``clouds`` know the administrator of the stacks' domain, ``project_id`` is the project for the users in it.
    """

    def __init__(self, clouds: Clouds, owner: Cloud, project_id: str) -> None:
        self.administrator = clouds.cloud(StackDomainAdmin())
        self._box = Box([KEY])
        self._stack: Any = types.SimpleNamespace(
            id="", name="", root_id="", project_id=owner.project_id, stack_user_project_id=project_id
        )
        self._latest: dict[str, tuple[Record, Mapping[str, Any]]] = {}
        self._service: Any = types.SimpleNamespace(
            clouds=clouds,
            addresses=APIS,
            box=self._box,
            ports=types.SimpleNamespace(guard=lambda: None, cloud=lambda context: owner),
            database=types.SimpleNamespace(read=self._read),
        )

    def __call__(self, record: Record, data: dict[str, Any]) -> SignalsPort:
        """``data`` is the resource's, which the port writes to."""
        self._latest[record.id] = (record, data)
        self._stack.id = self._stack.root_id = record.stack_id
        self._stack.name = record.stack_name
        context: Any = types.SimpleNamespace(stack=self._stack)
        row: Any = types.SimpleNamespace(id=record.id, name=record.name)
        return SignalsPort(self._service, context, row, data)

    def _read(self, query: Callable[..., Any], *args: Any) -> Any:
        if query is stacks.get_stack:
            return self._stack
        if query is resources.find_in_stack:
            return self._find(args[1])
        raise AssertionError(f"nothing is stored for {query.__name__}")

    def _find(self, reference: str) -> Any:
        for record, data in self._latest.values():
            if reference in (record.physical_name, record.name):
                return types.SimpleNamespace(
                    id=record.id,
                    name=record.name,
                    data=seal_data(self._box, dict(data)),
                    properties=self._box.seal(dict(record.properties)),
                )
        return None
