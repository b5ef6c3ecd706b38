"""One request as handlers see it, and what they answer."""

from __future__ import annotations

import dataclasses
from typing import Any

from heat_mq.api.query import Query
from heat_mq.api.views.links import Links
from heat_mq.context import RequestContext
from heat_mq.rpc.answers import StackIdentity
from heat_mq.rpc.contract import EngineMethods
from heat_mq.web import body
from heat_mq.web.service import Service

#: The body of an answer without one; None is JSON null.
NOTHING: Any = object()


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A request that may be served: its policy has been checked. ``path`` holds the path's variables."""

    service: Service
    context: RequestContext
    path: dict[str, str]
    query: Query
    links: Links
    url: str
    raw_body: bytes

    @property
    def engine(self) -> EngineMethods:
        return self.service.engine

    @property
    def project_id(self) -> str:
        return self.path["tenant_id"]

    @property
    def identity(self) -> StackIdentity:
        """The stack that the path names."""
        return {
            "tenant": self.project_id,
            "stack_name": self.path["stack_name"],
            "stack_id": self.path["stack_id"],
            "path": "",
        }

    def json(self) -> Any:
        """The body, any JSON; None when empty. Raises ``BadRequest``."""
        return body.read_json(self.raw_body)

    def json_map(self) -> dict[str, Any]:
        """The body, a JSON object. Raises ``BadRequest``."""
        return body.read_map(self.raw_body)

    def require(self, rule: str) -> None:
        """Raise ``Forbidden`` unless the caller passes a further policy."""
        self.service.enforcer.check(rule, self.context, self.project_id)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: JSON ``body`` unless ``NOTHING``."""

    body: Any = NOTHING
    status: int = 200
    location: str | None = None
