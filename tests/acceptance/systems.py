"""Whole systems to try: the quick start, and a deployment of processes."""

from __future__ import annotations

import contextlib
import os
import pathlib

from tests.acceptance.cloud import Cloud
from tests.acceptance.processes import Running
from tests.acceptance.stock_client import Openstack, Rest, read_openrc
from tests.ports import free_ports

#: Short, so that the work of a killed engine is soon taken over.
ALLOWED = "enable_stack_adopt = true\nenable_stack_abandon = true\n"
LEASES = "[engine]\nlease_seconds = 5\nheartbeat_seconds = 1\n"
#: What the programs run on: ``[runtime] backend``.
BACKEND = os.environ.get("HEAT_MQ_TEST_BACKEND", "eventlet")


class System:
    """What users see of a system: an API, a cloud, and the files with which they find both."""

    def __init__(self, state: pathlib.Path, cloud_port: int, cfn_port: int) -> None:
        self.state = state
        self.cfn_url = f"http://127.0.0.1:{cfn_port}/v1/"
        self.cloud = Cloud(f"http://127.0.0.1:{cloud_port}")
        variables = read_openrc(state / "openrc")
        self.openstack = Openstack(variables)
        self.rest = Rest(variables)
        # Neutron makes a project's default security group when somebody first looks.
        self.openstack("security", "group", "list")

    def logs(self) -> dict[str, str]:
        """The text of every log by its file's name."""
        return {path.name: path.read_text(errors="replace") for path in sorted(self.state.rglob("*.log"))}


class Quickstart(System):
    """``heat-mq quickstart`` without its example."""

    def __init__(self, state: pathlib.Path, *options: str) -> None:
        self.port = free_ports()
        state.mkdir(parents=True, exist_ok=True)
        self.running = start_quickstart(state, self.port, "--no-example", "--boot-seconds", "0.2", *options)
        self.running.says("heat_mq serves on")
        super().__init__(state, self.port + 1, self.port + 2)

    def close(self) -> None:
        self.running.stop()


def start_quickstart(state: pathlib.Path, port: int, *options: str, backend: str = BACKEND) -> Running:
    """``heat-mq quickstart`` on three free ports; what it prints goes to ``STATE/printed.log``."""
    log = state / "printed.log"
    ours = ["--state-dir", str(state), "--port", str(port), "--backend", backend]
    return Running(log, "heat-mq", "quickstart", *ours, *options)


class Deployment(System):
    """A simulated cloud, both APIs and engines of two workers each, over a broker and a database."""

    def __init__(
        self, directory: pathlib.Path, database: str, transport: str, options: str = "", backend: str = BACKEND
    ) -> None:
        self.directory = directory
        self._stack = contextlib.ExitStack()
        self.api_port, cloud_port = free_ports(), free_ports()
        cfn_port = self.api_port + 1
        self.engines: dict[str, Running] = {}
        state = directory / "cloud"
        ports = ["--port", str(cloud_port), "--api-port", str(self.api_port), "--cfn-port", str(cfn_port)]
        simcloud = self._start(
            "simcloud", "heat-mq", "simcloud", "--state-dir", str(state), *ports, "--backend", backend
        )
        simcloud.says("The simulated cloud serves on")
        own = directory / "own.conf"
        own.write_text(
            f"[DEFAULT]\ntransport_url = {transport}\nnum_engine_workers = 2\n{ALLOWED}{options}"
            f"[database]\nconnection = {database}\n"
            f"[heat_api]\nbind_host = 127.0.0.1\nbind_port = {self.api_port}\nworkers = 1\n"
            f"[heat_api_cfn]\nbind_host = 127.0.0.1\nbind_port = {cfn_port}\nworkers = 1\n{LEASES}"
            f"[runtime]\nbackend = {backend}\n"
        )
        self.files = ["--config-file", str(state / "heat_mq.conf"), "--config-file", str(own)]
        synced = self._start("sync", "heat-mq-manage", *self.files, "db", "sync")
        assert synced.ends() == 0, synced.said()
        for name in ("one", "two"):
            self.start_engine(name)
        self.api = self._start("api", "heat-mq-api", *self.files)
        self.api.serves(self.api_port)
        self.cfn = self._start("api-cfn", "heat-mq-api-cfn", *self.files)
        self.cfn.serves(cfn_port)
        super().__init__(state, cloud_port, cfn_port)

    def start_engine(self, name: str) -> Running:
        """Start the engine of that name (again); it logs to ``engine-NAME.log``."""
        self.engines[name] = self._start(f"engine-{name}", "heat-mq-engine", *self.files)
        return self.engines[name]

    def logs(self) -> dict[str, str]:
        return {path.name: path.read_text(errors="replace") for path in sorted(self.directory.rglob("*.log"))}

    def close(self) -> None:
        """End everything, the newest first."""
        self._stack.close()

    def _start(self, log: str, *command: str) -> Running:
        running = Running(self.directory / f"{log}.log", *command)
        self._stack.callback(running.kill)
        return running
