"""Everything in one process: the simulated cloud, the API, an engine, SQLite and in-process messaging.

The same code as in production: only transport, database and cloud differ.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from heat_mq import concurrency
from heat_mq import conf as configuration
from heat_mq.api.app import make_app as make_api
from heat_mq.api_cfn.app import make_app as make_api_cfn
from heat_mq.cmd import example, state_dir
from heat_mq.cmd.engine_process import EngineProcess
from heat_mq.cmd.listening import listen
from heat_mq.conf import log
from heat_mq.db import schema
from heat_mq.rpc.client import engine_client
from heat_mq.rpc.transport import make_transport
from heat_mq.simcloud import make_app as make_cloud
from heat_mq.simcloud.cloud import Cloud
from heat_mq.simcloud.serve import Files, credentials, project_id, write_files, write_private

LOG = logging.getLogger(__name__)

PROG = "heat-mq quickstart"

CONFIGURATION = """\
# What the quick start adds to heat_mq.conf beside this file: everything in one process.
[DEFAULT]
transport_url = fake://
log_file = {state_dir}/heat_mq.log
use_stderr = false
enable_stack_adopt = true
enable_stack_abandon = true
[database]
connection = sqlite:///{state_dir}/heat_mq.sqlite
[heat_api]
bind_host = {host}
bind_port = {port}
[heat_api_cfn]
bind_host = {host}
bind_port = {cfn_port}
[engine]
journal_window_ms = 1
[runtime]
backend = {backend}
"""
NO_AUTH = """\
[paste_deploy]
flavor = noauth
[noauth]
auth_type = password
"""


class Quickstart:
    """The parts and the order in which they start and stop."""

    def __init__(
        self, state_dir: Path, host: str, port: int, cfn_port: int, boot_seconds: float, *, no_auth: bool = False
    ) -> None:
        """Build everything; raises OSError when a port is taken."""
        self._api_socket = listen(host, port)
        self._cfn_socket = listen(host, cfn_port, option="--cfn-port")
        self._cloud_socket = listen(host, port + 1)
        self.cloud: Cloud = make_cloud(
            state_dir / "cloud",
            base_url=f"http://{host}:{port + 1}",
            boot_seconds=boot_seconds,
            orchestration_url=f"http://{host}:{port}/v1",
            cfn_url=f"http://{host}:{cfn_port}/v1",
        )
        self.files: Files = write_files(self.cloud, state_dir)
        own = state_dir / "quickstart.conf"
        backend = "eventlet" if concurrency.is_green() else "threads"
        ports = {"port": port, "cfn_port": cfn_port}
        text = CONFIGURATION.format(state_dir=state_dir.resolve(), host=host, backend=backend, **ports)
        if no_auth:
            text += NO_AUTH + "".join(f"{name} = {value}\n" for name, value in credentials(self.cloud).items())
        write_private(own, text)
        self.conf = configuration.load((), prog=PROG, files=[self.files.conf, own])
        log.setup(self.conf, PROG)

    def start(self) -> None:
        """Serve."""
        self._cloud_server = concurrency.serve_wsgi(self.cloud.wsgi, sock=self._cloud_socket)
        self._transport = make_transport(self.conf)
        self.engine = EngineProcess(self.conf, self._transport)
        schema.sync(self.engine.database)
        self.engine.start()
        api = make_api(self.conf, engine_client(self._transport))
        self._api_server = concurrency.serve_wsgi(api, sock=self._api_socket)
        cfn = make_api_cfn(self.conf, engine_client(self._transport))
        self._cfn_server = concurrency.serve_wsgi(cfn, sock=self._cfn_socket)

    def stop(self) -> None:
        """Take no new request, give back what is in hand, keep everything."""
        for server in (self._api_server, self._cfn_server):
            server.stop()
        for server in (self._api_server, self._cfn_server):
            server.wait(2)
        self.engine.stop()
        self._transport.cleanup()
        self._cloud_server.stop()
        self._cloud_server.wait(2)
        self.cloud.close()


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM, or until the example is done with ``--exit``; returns the exit status."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with state_dir.claim(arguments.state_dir):
            cfn_port = arguments.port + 2 if arguments.cfn_port is None else arguments.cfn_port
            ports = (arguments.port, cfn_port)
            boot, no_auth = arguments.boot_seconds, arguments.no_auth
            parts = Quickstart(arguments.state_dir, arguments.host, *ports, boot, no_auth=no_auth)
            parts.start()
            try:
                return _serve(parts, arguments, stopped)
            finally:
                parts.stop()
    except OSError as error:
        print(f"{PROG}: {error}", file=sys.stderr)
        return 1
    except Exception as error:
        # Uncaught it would be told to the log alone.
        LOG.exception("the quick start ends")
        said = str(error).partition("\n")[0]
        print(f"{PROG}: {said}\n(the whole story is in {arguments.state_dir}/heat_mq.log)", file=sys.stderr)
        return 1


def _serve(parts: Quickstart, arguments: argparse.Namespace, stopped: threading.Event) -> int:
    print(f"heat_mq serves on http://{arguments.host}:{arguments.port}, its log is {arguments.state_dir}/heat_mq.log")
    print(f"The CloudFormation-compatible API serves on {parts.cloud.cfn_url}/")
    print(f"{parts.files.openrc}:")
    print("".join(f"  {line}\n" for line in parts.files.openrc.read_text().splitlines()), flush=True)
    complete = arguments.no_example or example.create(credentials(parts.cloud), stopped)
    if arguments.exit:
        return 0 if complete else 1
    if arguments.no_auth:
        url = f"http://{arguments.host}:{arguments.port}/v1/{project_id(parts.cloud)}"
        print(f"No request needs a token:\n  curl {url}/stacks")
    example.say_what_next(parts.files.openrc, None if arguments.no_example else example.NAME)
    while not stopped.wait(0.2):
        pass
    return 0
