"""A simulated cloud behind a real web server, and how SDK connections to it are made."""

from __future__ import annotations

import socketserver
import threading
import time
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from keystoneauth1 import loading, session
from openstack.connection import Connection

from heat_mq.simcloud import Cloud, make_app
from heat_mq.simcloud.identity.bootstrap import password_of
from heat_mq.simcloud.identity.service import Identity


class Clock:
    """A clock that stands still until told, beginning now (clients compare tokens with their own clock)."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += seconds


class ThreadingServer(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class WebServer:
    """A port of its own: at ``url`` is whatever :meth:`serve` is given."""

    def __init__(self) -> None:
        self._server = ThreadingServer(("127.0.0.1", 0), QuietHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, app: Any) -> None:
        self._server.set_app(app)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Served:
    """A cloud that is served at ``url``."""

    def __init__(self, **options: Any) -> None:
        self.server = WebServer()
        self.url = self.server.url
        self.cloud: Cloud = make_app(options.pop("state_dir", None), base_url=self.url, **options)
        self.server.serve(self.cloud.wsgi)

    def password(self, user: str) -> str:
        return password_of(self.cloud.of(Identity), user)

    def auth(self, user: str = "demo", project: str = "demo") -> dict[str, str]:
        return {
            "auth_url": f"{self.url}/identity/v3",
            "username": user,
            "password": self.password(user),
            "project_name": project,
            "user_domain_id": "default",
            "project_domain_id": "default",
        }

    def connect(self, user: str = "demo", project: str = "demo", **auth: Any) -> Connection:
        """An SDK connection; ``auth`` replaces the password auth of a user of the seed."""
        plugin = loading.get_plugin_loader(auth.pop("auth_type", "password"))
        authentication = plugin.load_from_options(**(auth or self.auth(user, project)))
        return Connection(session=session.Session(authentication), region_name="RegionOne")

    def close(self) -> None:
        self.server.close()
        self.cloud.close()
