"""Both APIs and the whole engine in one thread, on the simulation's clock and cloud; who asks is a persona."""

from __future__ import annotations

import contextlib
import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any, cast

import falcon.testing

from heat_mq import conf as configuration
from heat_mq.api.app import make_app as make_api
from heat_mq.api_cfn.app import make_app as make_api_cfn
from heat_mq.api_cfn.ec2.keystone import Keystone
from heat_mq.engine.endpoint import EngineEndpoint
from heat_mq.policies.enforcer import Enforcer
from heat_mq.rpc.contract import EngineMethods
from tests.contract.personas import Believing, Persona
from tests.documented import misfit
from tests.simulation import types
from tests.simulation.users import with_users
from tests.simulation.whole import Direct
from tests.simulation.world import World


class System:
    """Requests of personas; every answer of the REST API must be one that its document announces."""

    def __init__(self, directory: pathlib.Path, personas: Mapping[str, Persona]) -> None:
        self.world = World(directory)
        self.identity = with_users(self.world)
        self.personas = dict(personas)
        conf = configuration.load()
        self.world.service.enforcer = Enforcer(conf)
        self.world.service.may_adopt = self.world.service.may_abandon = True
        engine = cast(EngineMethods, Direct(EngineEndpoint(self.world.service)))
        rest = make_api(conf, engine, auth=lambda app, _: Believing(app, self.personas))
        cfn = make_api_cfn(conf, engine, auth=lambda app, _: Believing(app, self.personas), keystone=Keystone({}))
        # falcon's simulation inspects the signature, which a middleware object does not show.
        self._rest = lambda environ, start_response: rest(environ, start_response)
        self._cfn = lambda environ, start_response: cfn(environ, start_response)

    def rest(self, persona: str, method: str, url: str, body: Any = None) -> Any:
        """The answer of the REST API; ``url`` is a path with its query."""
        path, _, query = url.partition("?")
        result = _answer(self._rest, persona, method, path, query, body)
        wrong = misfit(method, path, result.status_code, result.headers, result.content)
        assert not wrong, f"{wrong}: {result.text[:2000]}"
        return result

    def cfn(self, persona: str, method: str, path: str, query: str = "", body: Any = None) -> Any:
        """The answer of the CloudFormation-compatible API."""
        return _answer(self._cfn, persona, method, path, query, body)

    def close(self) -> None:
        self.world.close()


def _answer(app: Any, persona: str, method: str, path: str, query: str, body: Any) -> Any:
    return falcon.testing.simulate_request(
        app,
        method,
        path,
        query_string=query,
        body=None if body is None else json.dumps(body),
        headers={"X-Auth-Token": persona, "Host": "localhost"},
        protocol="http",
    )


@contextlib.contextmanager
def running(directory: pathlib.Path, personas: Mapping[str, Persona]) -> Iterator[System]:
    """A system with the simulation's types; what must always hold is checked at its end."""
    with types.registered():
        system = System(directory, personas)
        yield system
        system.close()
