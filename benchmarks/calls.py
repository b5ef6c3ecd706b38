"""What single calls cost: over the broker, to the simulated cloud, to the cache of templates.

::

    python -m benchmarks.calls [--rounds COUNT]
"""

from __future__ import annotations

import argparse
import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from falcon.testing import TestClient

from heat_mq import conf as configuration
from heat_mq.context import RequestContext
from heat_mq.rpc import contract
from heat_mq.rpc.client import engine_client
from heat_mq.rpc.server import make_server
from heat_mq.rpc.transport import make_transport
from heat_mq.simcloud import make_app
from heat_mq.simcloud.serve import credentials
from heat_mq.template.cache import TemplateCache
from tests.integration import services


class Engine:
    """Answers one method of the contract at once."""

    def get_revision(self, context: RequestContext) -> dict[str, Any]:
        return {}


@contextlib.contextmanager
def over_the_broker() -> Iterator[Callable[[], Any]]:
    """A call to a server of this process by way of RabbitMQ."""
    with services.broker() as url:
        conf = configuration.load()
        conf.set_override("control_exchange", f"benchmark-{uuid.uuid4().hex[:8]}")
        transport = make_transport(conf, url)
        server = make_server(transport, {contract.ENGINE_TOPIC: Engine()}, server_name="one")
        server.start()
        client, context = engine_client(transport), RequestContext(project_id="p1")
        yield lambda: client.get_revision(context)
        server.stop()
        server.wait()
        transport.cleanup()


@contextlib.contextmanager
def to_the_cloud(path: str) -> Iterator[Callable[[], Any]]:
    """A request to the simulated cloud, in this process and without a socket."""
    with contextlib.closing(make_app(None, base_url="http://simcloud")) as cloud:
        web, given = TestClient(cloud.wsgi), credentials(cloud)
        domain = {"name": "Default"}
        user = {"name": given["username"], "password": given["password"], "domain": domain}
        scope = {"project": {"name": given["project_name"], "domain": domain}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
        token = web.simulate_post("/identity/v3/auth/tokens", json=body).headers["x-subject-token"]
        headers = {"X-Auth-Token": token, "X-Subject-Token": token}
        yield lambda: web.simulate_get(path, headers=headers)


@contextlib.contextmanager
def to_the_cache() -> Iterator[Callable[[], Any]]:
    """A template of 5 MB that has been parsed before."""
    cache, text = TemplateCache(), "heat_template_version: 2018-08-31\n#" + "#" * 5_000_000
    yield lambda: cache.parse(text)


CALLS: dict[str, Callable[[], contextlib.AbstractContextManager[Callable[[], Any]]]] = {
    "RPC over the broker": over_the_broker,
    "simulated cloud: a token is proved": lambda: to_the_cloud("/identity/v3/auth/tokens"),
    "simulated cloud: images are listed": lambda: to_the_cloud("/image/v2/images"),
    "template of 5 MB from the cache": to_the_cache,
}


def main() -> None:
    """Print a line for each kind of call."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=500, metavar="COUNT", help="calls of each kind")
    rounds = parser.parse_args().rounds
    for name, opened in CALLS.items():
        with opened() as call:
            call()
            begun = time.perf_counter()
            for _ in range(rounds):
                call()
            print(f"{name:<40} {(time.perf_counter() - begun) / rounds * 1000:>9.4f} ms")


if __name__ == "__main__":
    main()
