"""What commands and queries share: built once for a process and passed on."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heat_mq.clients.constraints import Checker
from heat_mq.clients.expiring import Expiring
from heat_mq.clients.session import Clouds
from heat_mq.clock import Clock
from heat_mq.crypt import Box
from heat_mq.db.records import CredentialRow
from heat_mq.db.session import Database
from heat_mq.engine.addresses import Addresses
from heat_mq.engine.tree_sizes import TreeSizes
from heat_mq.fetch import Fetcher
from heat_mq.policies.enforcer import Enforcer
from heat_mq.template import Limits, Registry

if TYPE_CHECKING:
    from heat_mq.engine.definitions import Definitions
    from heat_mq.engine.ports import EnginePorts


@dataclasses.dataclass(frozen=True, slots=True)
class EngineLimits:
    """Counts are per project, tree or stack, -1 for none; ``action_seconds`` is the time an action may take."""

    stacks: int = 512
    resources: int = 1000
    nested_depth: int = 5
    snapshots: int = 32
    software_configs: int = 4096
    software_deployments: int = 4096
    template_bytes: int = 524288
    action_seconds: float = 3600.0

    def of_action(self, timeout_mins: int | None) -> float:
        """Seconds that an action on a stack with this timeout may take."""
        return timeout_mins * 60.0 if timeout_mins else self.action_seconds


@dataclasses.dataclass(slots=True)
class Service:
    """The engine of one process.

    ``bell(count)`` tells workers that about so many nodes are ready. ``operator`` is the registry that every
    environment starts from. ``revision`` is what build info shows, ``addresses`` where guests find the APIs;
    stacks with one of ``hidden_tags`` are left out of lists. ``observe_on_update``: each update compares with what is
    really there.
    """

    database: Database
    box: Box
    clock: Clock
    clouds: Clouds
    checker: Checker
    enforcer: Enforcer
    limits: EngineLimits
    bell: Callable[[int], None]
    operator: Registry
    language: Limits
    revision: str = "unknown"
    addresses: Addresses = dataclasses.field(default_factory=Addresses)
    hidden_tags: tuple[str, ...] = ()
    observe_on_update: bool = False
    may_adopt: bool = False
    may_abandon: bool = False
    fetcher: Fetcher = dataclasses.field(default_factory=Fetcher)
    known_credentials: Expiring[CredentialRow] = dataclasses.field(default_factory=lambda: Expiring(60))
    definitions: Definitions = dataclasses.field(init=False)
    ports: EnginePorts = dataclasses.field(init=False)
    tree_sizes: TreeSizes = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        from heat_mq.engine.definitions import Definitions
        from heat_mq.engine.ports import EnginePorts

        self.definitions = Definitions(self)
        self.ports = EnginePorts(self)
        self.tree_sizes = TreeSizes(self.database, self.clock)

    def now(self) -> datetime.datetime:
        """The time as the database keeps it: UTC without a zone."""
        return self.clock.now().replace(tzinfo=None)

    def seal(self, value: Any) -> str:
        return self.box.seal(value)
