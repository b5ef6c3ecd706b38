"""A port for signals whose handles are dictionaries."""

from __future__ import annotations

import itertools
from typing import Any

from heat_mq.errors import StepFailed
from heat_mq.resources.kit.call import MetadataServer


class FakeSignals:
    """Fulfils ``heat_mq.resources.kit.call.Signals``; ``handles`` is what each handle has received, by reference.

    ``made`` counts users, ``left_over`` is whether an interrupted step has left one.
    """

    def __init__(self, **handles: dict[str, Any]) -> None:
        self.handles = handles
        self.made = 0
        self.left_over = False
        self.removed = 0
        self._numbers = itertools.count(1)

    def user(self) -> dict[str, str]:
        self.made += 1
        return {"user_id": "u", "username": "n", "password": "p", "project_id": "q", "auth_url": "http://keystone/v3"}

    def has_user(self) -> bool:
        return self.left_over

    def properties(self, reference: str) -> dict[str, Any]:
        self.received(reference)
        return {}

    def key_pair(self, of: str | None = None) -> dict[str, str]:
        self.user()
        return {"access_key_id": "access", "secret_access_key": "secret"}

    def token(self) -> str:
        self.user()
        return "token"

    def url(self) -> str:
        return "http://heat/signal"

    def signed_url(self, kind: str = "signal") -> str:
        self.user()
        return f"http://cfn/v1/{kind}/arn?Signature={next(self._numbers)}"

    def metadata_server(self) -> MetadataServer | None:
        return MetadataServer("http://cfn/v1/")

    def enable_user(self, enabled: bool) -> None:
        """There is nothing to see of it here."""

    def remove_user(self) -> None:
        self.removed += 1

    def received(self, reference: str) -> dict[str, Any]:
        if reference not in self.handles:
            raise StepFailed(f"{reference} is no handle of this stack")
        return self.handles[reference]

    def call_for(self, reference: str, known: dict[str, str]) -> bool:
        return False

    def clear(self, reference: str) -> None:
        self.handles[reference] = {}
