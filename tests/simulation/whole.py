"""The world with everything real but its clock and its processes: both APIs, the types and the simulated cloud.

Requests come by HTTP as a user's do; the test's thread is the engine's worker. Guests send their signals and apply
their deployments before time goes on, so a wait for them ends at once and not by the clock.
"""

from __future__ import annotations

import contextlib
import datetime
import pathlib
import time
from collections.abc import Callable
from typing import Any, cast

from heat_mq import conf as configuration
from heat_mq.api.app import make_app as make_api
from heat_mq.api_cfn.app import make_app as make_api_cfn
from heat_mq.clients import settings as client_settings
from heat_mq.clients.session import Clouds
from heat_mq.clock import FakeClock
from heat_mq.context import RequestContext
from heat_mq.engine.endpoint import EngineEndpoint
from heat_mq.engine.operator import operator_registry
from heat_mq.policies.enforcer import Enforcer
from heat_mq.rpc import contract, envelope
from heat_mq.rpc.contract import EngineMethods
from heat_mq.rpc.serializer import JsonSerializer
from heat_mq.simcloud import Cloud
from heat_mq.simcloud.serve import write_files
from heat_mq.template import Limits
from tests.acceptance.stock_client import Rest, read_openrc
from tests.simcloud.serving import Served, WebServer
from tests.simulation.agents import apply_deployments
from tests.simulation.world import World
from tests.unit.resources.lives import inventory
from tests.waiting import PATIENCE, until

#: Read on the way by anybody, or kept by a service after its user has gone.
LASTING = frozenset({("object-store", "accounts")})


class DrivenClock(FakeClock):
    """Moves when it is told; the simulated cloud's clock too. Begins now, for clients look at the dates of tokens."""

    def __init__(self) -> None:
        super().__init__(datetime.datetime.now(datetime.UTC))
        self._began = time.time()

    def __call__(self) -> float:
        return self._began + self.monotonic()


class Direct:
    """Stands where the RPC client does: what crosses is what would cross, without a broker."""

    def __init__(self, endpoint: EngineEndpoint) -> None:
        self._endpoint = endpoint
        self._serializer = JsonSerializer()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = contract.METHODS[name]

        def call(context: RequestContext, /, *args: Any, **kwargs: Any) -> Any:
            arguments = self._crossed(method.arguments(*args, **kwargs))
            function = getattr(self._endpoint, name)
            with RequestContext.from_dict(self._crossed(context.to_dict())).current() as received:
                answer = envelope.wrap(name, lambda: function(received, **arguments))
            return envelope.unwrap(name, self._crossed(answer))

        return call

    def _crossed(self, value: Any) -> Any:
        return self._serializer.deserialize_entity(None, self._serializer.serialize_entity(None, value))


class WholeWorld(World):
    """``served`` is the simulated cloud, ``log_in("demo")`` gives the API as one of its users.

    ``rest_app`` and ``cfn_app`` are both APIs as WSGI callables.
    """

    def __init__(self, directory: pathlib.Path) -> None:
        clock = DrivenClock()
        super().__init__(directory, clock=clock)
        self.eager = True
        self.user: Rest | None = None
        self._stack = contextlib.ExitStack()
        api, cfn = (self._stack.enter_context(contextlib.closing(WebServer())) for _ in range(2))
        self.served = Served(clock=clock, orchestration_url=f"{api.url}/v1", cfn_url=f"{cfn.url}/v1")
        self._stack.callback(self.served.close)
        self._files = write_files(self.simulated, directory)
        conf = configuration.load(files=[self._files.conf])
        service = self.service
        service.clouds = Clouds(client_settings.from_conf(conf))
        service.enforcer = Enforcer(conf)
        service.operator = operator_registry(conf.environment_dir, conf.template_dir, Limits())
        self._stack.callback(service.clouds.close)
        client = cast(EngineMethods, Direct(EngineEndpoint(service)))
        self.rest_app, self.cfn_app = make_api(conf, client), make_api_cfn(conf, client)
        api.serve(self.rest_app)
        cfn.serve(self.cfn_app)

    @property
    def simulated(self) -> Cloud:
        return self.served.cloud

    def log_in(self, name: str) -> Rest:
        """The orchestration API as ``demo``, a member of its project, or as ``admin``; servers are that user's now."""
        files = {"demo": self._files.openrc, "admin": self._files.openrc_admin}
        self.user = Rest(read_openrc(files[name]))
        # Neutron makes a project's default security group when somebody first looks.
        self.user.session.get(f"{self.served.url}/network/v2.0/security-groups", timeout=PATIENCE).raise_for_status()
        return self.user

    def close(self) -> None:
        """The end of it; the stored state must be legal."""
        try:
            super().close()
        finally:
            self._stack.close()

    def pass_time(self, at_most: float = 5.0) -> None:
        """In short steps: what a guest does must come before the end of the wait for it."""
        super().pass_time(at_most)
        self.simulated.tick()
        until(self.simulated.guests.rest, "the end of what guests have to send", every=0.005)
        if self.user is not None:
            apply_deployments(self.user)

    def holds(self) -> dict[tuple[str, str, str], Any]:
        """All that the cloud holds."""
        return {key: value for key, value in inventory(self.simulated).items() if key[:2] not in LASTING}
