"""Templates from URLs, fetched from a real server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

# Not as an attribute of http: eventlet's green copy may stand there.
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from heat_mq import errors
from heat_mq.engine.fetch import Fetcher
from heat_mq.hosts import may_be_asked
from heat_mq.web import download
from heat_mq.web.download import DownloadFailed
from tests.unit.api.fakes import Api, configured
from tests.unit.api_cfn.fakes import Cfn


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/loop"):
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/t.yaml?x=1")
            self.end_headers()
        elif self.path == "/to-file":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif self.path == "/inside":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data")
            self.end_headers()
        elif self.path.startswith("/missing"):
            self.send_error(404)
        elif self.path.startswith("/latin"):
            self._send("ü".encode("latin-1"))
        else:
            self._send(f"{self.path} {self.headers['Host']}".encode())

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def fetch(url: str, limit: int = 1000) -> str:
    return download.fetch(url, limit=limit, timeout=60, hosts=["127.0.0.1"])


def test_text_is_fetched_with_query_and_host(server: str):
    assert fetch(f"{server}/t.yaml?a=b") == f"/t.yaml?a=b {server.removeprefix('http://')}"


def test_a_redirect_is_followed(server: str):
    assert fetch(f"{server}/moved").startswith("/t.yaml?x=1 ")


@pytest.mark.parametrize(
    ("path", "word"),
    [("/loop", "redirects"), ("/to-file", "http or https"), ("/missing", "404"), ("/latin", "UTF-8")],
)
def test_what_cannot_be_fetched_says_why(server: str, path: str, word: str):
    with pytest.raises(DownloadFailed, match=word):
        fetch(server + path)


def test_a_template_longer_than_the_limit_is_refused(server: str):
    with pytest.raises(errors.LimitExceeded, match="more than 5 bytes"):
        fetch(f"{server}/t.yaml", limit=5)


def test_minus_one_takes_a_template_of_any_length(server: str):
    assert fetch(f"{server}/t.yaml", limit=-1).startswith("/t.yaml ")


def test_a_host_that_does_not_answer_is_told(server: str):
    with pytest.raises(DownloadFailed, match="no answer"):
        fetch("http://127.0.0.1:1/t.yaml")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://0.0.0.0/x",
        "http://2130706433/x",
        "http://10.1.2.3/x",
        "http://[fd00::1]/x",
        "http://[64:ff9b::a00:1]/x",
    ],
)
def test_the_apis_own_network_and_metadata_services_are_never_asked(url: str):
    with pytest.raises(DownloadFailed, match="not fetched from"):
        download.fetch(url, limit=10)


def test_a_redirect_inside_is_not_followed(server: str):
    with pytest.raises(DownloadFailed, match=r"leads to '169\.254\.169\.254'"):
        fetch(f"{server}/inside")


@pytest.mark.parametrize("fetched", ["the API", "the engine"])
def test_a_name_that_leads_inside_is_refused_and_what_was_checked_is_asked(
    monkeypatch: pytest.MonkeyPatch, fetched: str
):
    asked: list[str] = []

    def resolve(host: str, port: object, **kind: object) -> list[tuple[object, ...]]:
        asked.append(host)
        # A name that is public when it is checked and would be inside when it is connected to.
        address = "10.0.0.1" if host == "inside.example.com" or len(asked) > 1 else "192.0.2.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    fetch_one = {
        "the API": lambda url: download.fetch(url, limit=10),
        "the engine": lambda url: Fetcher(seconds=1).fetch(url),
    }[fetched]
    for host in ("inside.example.com", "documentation.example.com"):
        asked.clear()
        with pytest.raises(errors.UserError, match=r"not fetched from|not one from which"):
            fetch_one(f"http://{host}/t.yaml")
        assert asked == [host]


@pytest.mark.parametrize("path", ["/missing", "/latin", "/loop", "/t.yaml"])
def test_what_may_be_secret_in_a_url_is_in_no_message(server: str, path: str):
    url = server.replace("http://", "http://user:hush@") + path + "?token=hush"
    with pytest.raises(errors.UserError) as refused:
        fetch(url, limit=1)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_public_addresses_alone_are_asked_unless_the_operator_names_others(address: str, may: bool):
    assert may_be_asked("a.example.com", address, []) is may
    assert may_be_asked("a.example.com", address, ["*.example.com"])


@pytest.mark.parametrize(("hosts", "rest", "cfn"), [("127.0.0.0/8", 201, 200), ("*.example.com", 400, 400)])
def test_the_operator_says_from_which_hosts_both_apis_fetch(server: str, tmp_path, hosts: str, rest: int, cfn: int):
    conf = configured(tmp_path, f"[template]\nfetch_hosts = {hosts}\n")
    url = f"{server}/t.yaml"
    assert Api(conf)("POST /stacks", {"stack_name": "a", "template_url": url}).status_code == rest
    assert Cfn(conf)("CreateStack", StackName="a", TemplateURL=url).status == cfn


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://", "http://h:x/", "t.yaml", "http://[::1/"])
def test_what_is_no_http_url_is_refused(url: str):
    with pytest.raises(DownloadFailed):
        download.fetch(url, limit=10)
