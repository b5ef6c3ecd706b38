"""The system that is measured: real programs with counting drivers, over a database and a broker of their own."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import Final

from benchmarks.ends import Ends
from tests.acceptance.processes import Running
from tests.acceptance.stock_client import Rest, read_openrc
from tests.integration import services
from tests.ports import free_ports

DATABASES: Final = ("mariadb", "postgresql", "sqlite")
MESSAGING: Final = ("rabbit", "fake")

_CONFIGURATION: Final = """\
[DEFAULT]
transport_url = {transport}
num_engine_workers = {workers}
max_resources_per_stack = -1
max_stacks_per_tenant = 100000
max_template_size = 67108864
max_json_body_size = 67108864
[database]
connection = {database}
[heat_api]
bind_host = 127.0.0.1
bind_port = {port}
workers = {api_workers}
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """What a system consists of. ``fake`` messaging puts API and one engine worker in one process."""

    database: str = "mariadb"
    messaging: str = "rabbit"
    engines: int = 2
    workers: int = 2
    api_workers: int = 1

    def __str__(self) -> str:
        if self.messaging == "fake":
            return f"{self.database}, fake://, one process"
        return f"{self.database}, {self.messaging}, {self.engines} engines x {self.workers} workers"


@dataclasses.dataclass(frozen=True)
class System:
    """A system at work.

    ``variables`` are those of its user's openrc, ``groups`` the process groups by role (``api``, ``engine``), and
    ``tallies`` is the directory of their counts.
    """

    shape: Shape
    variables: dict[str, str]
    rest: Rest
    ends: Ends
    groups: dict[str, list[int]]
    tallies: pathlib.Path


@contextlib.contextmanager
def started(shape: Shape) -> Iterator[System]:
    """Start a system of this shape on fresh state, and end it with everything that it has left.

    AssertionError with what a program has printed when it does not come up.
    """
    with contextlib.ExitStack() as held:
        directory = pathlib.Path(held.enter_context(tempfile.TemporaryDirectory(prefix="heat_mq-bench-")))
        database = held.enter_context(services.database(shape.database, directory))
        transport = "fake://" if shape.messaging == "fake" else held.enter_context(services.broker())
        yield _start(held, shape, directory, database, transport)


def _start(held: contextlib.ExitStack, shape: Shape, directory: pathlib.Path, database: str, transport: str) -> System:
    port, cloud_port = free_ports(), free_ports()
    state, tallies = directory / "cloud", directory / "tallies"
    tallies.mkdir()

    def run(log: str, *command: str) -> Running:
        environment = {"PYTHONPATH": os.fspath(services.REPOSITORY)}
        running = Running(directory / f"{log}.log", *command, environment=environment)
        held.callback(running.kill)
        return running

    def counted(log: str, name: str) -> Running:
        return run(log, "python", "-m", "benchmarks.probe", os.fspath(tallies), name, *files)

    cloud = ["--state-dir", str(state), "--port", str(cloud_port), "--api-port", str(port)]
    run("cloud", "heat-mq", "simcloud", *cloud).says("The simulated cloud serves on")
    own = directory / "own.conf"
    own.write_text(
        _CONFIGURATION.format(
            transport=transport,
            database=database,
            port=port,
            workers=shape.workers,
            api_workers=shape.api_workers,
        )
    )
    files = ["--config-file", str(state / "heat_mq.conf"), "--config-file", str(own)]
    synced = run("sync", "heat-mq-manage", *files, "db", "sync")
    if synced.ends() != 0:
        raise RuntimeError(f"the schema could not be made:\n{synced.said()}")
    if shape.messaging == "fake":
        api = counted("one-process", "one-process")
        engines = [api]
    else:
        engines = [counted(f"engine-{number}", "heat-mq-engine") for number in range(shape.engines)]
        api = counted("api", "heat-mq-api")
    for engine in engines:
        engine.says("is at work")
    api.serves(port)
    groups = {"engine": [engine.process.pid for engine in engines]}
    if api not in engines:
        groups["api"] = [api.process.pid]
    ends = Ends(database)
    held.callback(ends.close)
    variables = read_openrc(state / "openrc")
    return System(shape, variables, Rest(variables), ends, groups, tallies)
