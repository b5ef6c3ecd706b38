"""A small scripted cloud on a real socket: Keystone tokens, and whatever a test lets it answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from keystoneauth1.identity import v3

from heat_mq.clients.credentials import TrustCredential
from heat_mq.clients.session import Clouds
from heat_mq.clients.settings import Settings

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
Handler = Callable[["Asked"], Answer | None]


class Asked:
    """One request as it arrived; ``path`` is relative to the server, its query apart."""

    def __init__(self, method: str, target: str, headers: Any, body: bytes) -> None:
        self.method = method
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.body = json.loads(body) if body else None


class ScriptedCloud:
    """Answers requests with what the test's handlers say: the first that does not return None."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.handlers: list[Handler] = [self._keystone, self._discovery]
        self.services = {"network": "/network", "compute": "/compute/v2.1", "image": "/image", "identity": "/identity"}
        self.token_hours = 1.0
        outer = self

        class Requests(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, self.headers, self.rfile.read(size))
                outer.asked.append(asked)
                answer = next((a for handler in outer.handlers if (a := handler(asked)) is not None), (404, {}))
                if answer[0] == 0:  # cut the line without a word
                    self.close_connection = True
                    return
                status, body, *rest = answer
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **(rest[0] if rest else {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Answer these, one after the other; the last one again and again."""
        left = list(answers)

        def handler(asked: Asked) -> Answer | None:
            if (asked.method, asked.path) != (method, path):
                return None
            return left.pop(0) if len(left) > 1 else left[0]

        self.handlers.insert(0, handler)

    def count(self, method: str, path: str) -> int:
        return sum((asked.method, asked.path) == (method, path) for asked in self.asked)

    def catalog(self) -> list[dict[str, Any]]:
        return [
            {
                "type": kind,
                "name": kind,
                "id": kind,
                "endpoints": [
                    {
                        "interface": each,
                        "url": path if path.startswith("http") else self.url + path,
                        "region": region,
                        "region_id": region,
                        "id": kind,
                    }
                    for each in ("public", "internal")
                    for region in ("RegionOne",)
                ],
            }
            for kind, path in self.services.items()
        ]

    def _keystone(self, asked: Asked) -> Answer | None:
        if (asked.method, asked.path) != ("POST", "/identity/v3/auth/tokens"):
            return None
        import datetime

        expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=self.token_hours)
        token = {
            "methods": ["password"],
            "user": {"id": "u1", "name": "u", "domain": {"id": "default", "name": "Default"}},
            "project": {"id": "p1", "name": "p", "domain": {"id": "default", "name": "Default"}},
            "roles": [{"id": "r1", "name": "member"}],
            "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "issued_at": "2024-01-01T00:00:00.000000Z",
            "catalog": self.catalog(),
        }
        return 201, {"token": token}, {"X-Subject-Token": f"token-{len(self.asked)}"}

    def _discovery(self, asked: Asked) -> Answer | None:
        documents = {
            "/image": ("v2.15", "/image/v2/"),
            "/image/": ("v2.15", "/image/v2/"),
            "/identity": ("v3.14", "/identity/v3/"),
            "/identity/": ("v3.14", "/identity/v3/"),
        }
        if asked.method != "GET" or asked.path not in documents:
            return None
        id, path = documents[asked.path]
        entry = {"id": id, "status": "CURRENT", "links": [{"rel": "self", "href": self.url + path}]}
        versions: Any = {"values": [entry]} if id.startswith("v3") else [entry]
        return 300, {"versions": versions}


@pytest.fixture
def scripted() -> Iterator[ScriptedCloud]:
    cloud = ScriptedCloud()
    yield cloud
    cloud.close()


@pytest.fixture
def settings(scripted: ScriptedCloud) -> Settings:
    url = f"{scripted.url}/identity/v3"
    return Settings(
        auth_url=url,
        load_service_auth=lambda trust_id: v3.Password(
            auth_url=url, user_id="trustee", password="x", trust_id=trust_id
        ),
        region="RegionOne",
        retries=2,
        timeout=60,
    )


@pytest.fixture
def clouds(settings: Settings) -> Iterator[Clouds]:
    clouds = Clouds(settings)
    yield clouds
    clouds.close()


@pytest.fixture
def cloud(clouds: Clouds) -> Any:
    return clouds.cloud(TrustCredential("t1"))
