"""Serve the simulated cloud alone, for engines that run as processes of their own."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import threading

from heat_mq import concurrency
from heat_mq.cmd import state_dir
from heat_mq.cmd.listening import listen
from heat_mq.simcloud import make_app
from heat_mq.simcloud.serve import write_files


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit status."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with state_dir.claim(arguments.state_dir):
            _serve(listen(arguments.host, arguments.port), arguments, stopped)
    except OSError as error:
        print(f"heat-mq simcloud: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(listener: socket.socket, arguments: argparse.Namespace, stopped: threading.Event) -> None:
    host = arguments.host
    cloud = make_app(
        arguments.state_dir,
        base_url=f"http://{host}:{arguments.port}",
        boot_seconds=arguments.boot_seconds,
        orchestration_url=f"http://{host}:{arguments.api_port}/v1",
        cfn_url=f"http://{host}:{arguments.cfn_port}/v1",
    )
    server = concurrency.serve_wsgi(cloud.wsgi, sock=listener)
    files = write_files(cloud, arguments.state_dir)
    print(f"The simulated cloud serves on {cloud.base_url}.")
    print(f"  as a member of a project:  . {files.openrc}")
    print(f"  configuration against it:  {files.conf}", flush=True)
    while not stopped.wait(0.2):
        pass
    server.stop()
    server.wait(5)
    cloud.close()
