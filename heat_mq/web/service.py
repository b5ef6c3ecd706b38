"""What all requests of an API share."""

from __future__ import annotations

import dataclasses

from oslo_config import cfg

from heat_mq.policies.enforcer import Enforcer
from heat_mq.rpc.contract import EngineMethods


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """Made once for a process; ``engine`` calls whichever engine is free."""

    conf: cfg.ConfigOpts
    engine: EngineMethods
    enforcer: Enforcer
