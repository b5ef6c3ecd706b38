"""A deployment that can be hurt: own database and broker behind proxies, engines of several workers."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from tests.acceptance.processes import Running
from tests.acceptance.stock_client import Openstack, read_openrc
from tests.acceptance.systems import Deployment
from tests.chaos.proxy import Proxy
from tests.chaos.servers import DATABASES, Database, RabbitMQ

#: ``… PID LEVEL …engine worker ID is at work`` and ``engine OLD goes on as NEW``, as the engine logs them.
AT_WORK = re.compile(r" (\d+) INFO .*engine worker ([0-9a-f-]{36}) is at work")
GOES_ON = re.compile(r" (\d+) \w+ .*engine ([0-9a-f-]{36}) goes on as ([0-9a-f-]{36})")
LIMITS = "--networks --subnets --ports --secgroups --secgroup-rules --instances --cores --ram --volumes --gigabytes"


class Servers:
    """A broker and a database, each with a proxy in front when the storm cuts connections."""

    def __init__(self, kind: str, proxied: bool) -> None:
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="heat_mq-chaos-", dir="/var/tmp"))
        self.directory.chmod(0o755)  # the servers run as users of their own
        self.broker = RabbitMQ(self.directory)
        self.database: Database = DATABASES[kind](self.directory)
        starting = [threading.Thread(target=server.start) for server in (self.broker, self.database)]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        self.proxies = [Proxy(server.port) for server in (self.broker, self.database)] if proxied else []

    def urls(self) -> tuple[str, str]:
        """Of the database and of the broker, as the system is to reach them."""
        broker, database = (proxy.port for proxy in self.proxies) if self.proxies else (None, None)
        return self.database.url(database), self.broker.url(broker)

    def close(self) -> None:
        for proxy in self.proxies:
            proxy.close()
        self.broker.close()
        self.database.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class Hurt(Deployment):
    """``engines`` engines of two workers each, and no limits of the cloud."""

    def __init__(self, directory: pathlib.Path, servers: Servers, engines: int) -> None:
        database, transport = servers.urls()
        try:
            super().__init__(directory, database, transport)
            for number in range(2, engines):
                self.start_engine(str(number))
            admin = Openstack(read_openrc(self.state / "openrc.admin"))
            admin("quota", "set", *(word for name in LIMITS.split() for word in (name, "-1")), self.rest.project_id)
        except BaseException:
            self.close()
            raise

    def workers(self) -> dict[int, Running]:
        """The engine of each worker process that lives, by its pid."""
        found: dict[int, Running] = {}
        for engine in list(self.engines.values()):
            found |= dict.fromkeys(children(engine.process.pid), engine)
        return found

    def engine_ids(self, engine: Running) -> dict[int, str]:
        """What worker processes of an engine call themselves, by pid."""
        text = engine.said()
        found = {int(pid): id for pid, id in AT_WORK.findall(text)}
        return found | {int(pid): id for pid, _, id in GOES_ON.findall(text)}


def children(pid: int) -> list[int]:
    """The pids of a process's living children."""
    with contextlib.suppress(OSError):
        found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(each) for each in found if _lives(int(each))]
    return []


def _lives(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def signal_process(pid: int, number: int) -> None:
    """Quiet when it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


@contextlib.contextmanager
def hurt(directory: pathlib.Path, kind: str, *, engines: int, proxied: bool) -> Iterator[tuple[Hurt, Servers]]:
    """A running deployment on servers of its own."""
    servers = Servers(kind, proxied)
    try:
        system = Hurt(directory, servers, engines)
        try:
            yield system, servers
        finally:
            system.rest.session.close()
            system.close()
    finally:
        servers.close()


def template(resources: int, version: int) -> dict[str, Any]:
    """``resources`` objects of the cloud; another ``version`` changes some of them in place."""
    found: dict[str, Any] = {
        "network": {"type": "OS::Neutron::Net"},
        "subnet": {
            "type": "OS::Neutron::Subnet",
            "properties": {"network": {"get_resource": "network"}, "cidr": "10.20.0.0/16"},
        },
    }
    for number in range(resources - len(found)):
        kind, index = divmod(number, 4)[::-1]
        if kind == 0:
            properties: dict[str, Any] = {"network": {"get_resource": "network"}}
            found[f"port{index}"] = {"type": "OS::Neutron::Port", "depends_on": "subnet", "properties": properties}
        elif kind == 1:
            networks = [{"port": {"get_resource": f"port{index}"}}]
            properties = {"image": "cirros", "flavor": "m1.nano", "networks": networks}
            found[f"server{index}"] = {"type": "OS::Nova::Server", "properties": properties}
        elif kind == 2:
            properties = {"size": 1, "description": f"version {version}"}
            found[f"volume{index}"] = {"type": "OS::Cinder::Volume", "properties": properties}
        else:
            properties = {"description": f"version {version}"}
            found[f"group{index}"] = {"type": "OS::Neutron::SecurityGroup", "properties": properties}
    return {"heat_template_version": "2018-08-31", "resources": found}
