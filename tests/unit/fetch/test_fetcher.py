"""Templates are fetched within limits of size, time and hosts."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from heat_mq.errors import LimitExceeded
from heat_mq.fetch import Fetcher, NotFetched

TEXT = "heat_template_version: 2018-08-31\n"
HERE = ("127.0.0.0/8",)


class Handler(BaseHTTPRequestHandler):
    """Answers by the path."""

    def do_GET(self):
        kind, _, rest = self.path.strip("/").partition("?")[0].partition("/")
        if kind == "moved":
            self.send_response(302)
            self.send_header("Location", f"/moved/{int(rest) - 1}" if rest != "0" else "/text")
            self.end_headers()
        elif kind == "away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data")
            self.end_headers()
        elif kind == "file":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif kind == "missing":
            self.send_error(404)
        else:
            self.send_response(200)
            self.end_headers()
            self.write(kind)

    def write(self, kind):
        match kind:
            case "text":
                self.wfile.write(TEXT.encode())
            case "asked":
                self.wfile.write(f"{self.path} {self.headers['Host']}".encode())
            case "endless":
                for _ in range(10_000):
                    self.wfile.write(b"x" * 1000)
            case "slow":
                while True:  # until the client hangs up
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.01)
            case "bytes":
                self.wfile.write(b"\xff\xfe")

    def log_message(self, *args):
        pass

    def handle(self):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            super().handle()


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        served.daemon_threads = True
        thread = threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_a_template_is_fetched(server):
    assert Fetcher(hosts=HERE).fetch(f"{server}/text") == TEXT


def test_a_template_of_any_length_is_fetched_when_there_is_no_limit(server):
    assert Fetcher(size=-1, hosts=HERE).fetch(f"{server}/text") == TEXT


def test_the_server_is_asked_with_query_and_host(server):
    assert Fetcher(hosts=HERE).fetch(f"{server}/asked?a=b") == f"/asked?a=b {server.removeprefix('http://')}"


def test_redirections_are_followed_to_an_end(server):
    assert Fetcher(hosts=HERE).fetch(f"{server}/moved/2") == TEXT
    with pytest.raises(NotFetched, match="redirected more than"):
        Fetcher(hosts=HERE).fetch(f"{server}/moved/9")


def test_one_that_is_too_large_is_not_read_to_its_end(server):
    with pytest.raises(LimitExceeded, match="more than 5000 bytes"):
        Fetcher(size=5000, hosts=HERE).fetch(f"{server}/endless")


def test_a_server_that_sends_byte_by_byte_is_cut_off_in_time(server):
    with pytest.raises(NotFetched, match=r"not there within 0\.3 seconds"):
        Fetcher(seconds=0.3, hosts=HERE).fetch(f"{server}/slow")


def test_this_machine_is_not_asked_unless_it_is_allowed(server):
    with pytest.raises(NotFetched, match="not one from which templates are fetched"):
        Fetcher().fetch(f"{server}/text")
    assert Fetcher(hosts=("127.*",)).fetch(f"{server}/text") == TEXT


def test_a_redirection_to_a_host_that_must_not_be_asked_is_not_followed(server):
    with pytest.raises(NotFetched, match=r"169\.254\.169\.254 is not one"):
        Fetcher(hosts=HERE).fetch(f"{server}/away")


def test_a_redirection_to_a_file_is_not_followed(server):
    with pytest.raises(NotFetched, match="no http or https"):
        Fetcher(hosts=HERE).fetch(f"{server}/file")


def test_a_host_that_does_not_answer_is_told():
    with pytest.raises(NotFetched, match="refused"):
        Fetcher(hosts=HERE).fetch("http://127.0.0.1:1/t.yaml")


def resolving(monkeypatch, answer):
    """Names are looked up by ``answer``; the list of those asked for."""
    asked, own = [], socket.getaddrinfo

    def resolve(host, port, *kind, **more):
        if not host.endswith(".example.com"):
            return own(host, port, *kind, **more)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer(host, len(asked))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_the_next_address_of_a_host_is_asked_when_the_first_does_not_answer(server, monkeypatch):
    # Of loopback's addresses the server listens on one.
    resolving(monkeypatch, lambda host, times: ["127.0.0.2", "127.0.0.1"])
    url = server.replace("127.0.0.1", "templates.example.com")
    assert Fetcher(hosts=HERE).fetch(f"{url}/text") == TEXT


@pytest.fixture
def silent():
    """Where connections neither come about nor are refused: a listener whose queue is full."""
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("127.0.0.2", 0))
        listener.listen(0)
        for _ in range(4):
            waiting.enter_context(before := socket.socket())
            before.setblocking(False)
            before.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_an_address_that_is_silent_leaves_time_for_the_next(silent, monkeypatch):
    resolving(monkeypatch, lambda host, times: ["127.0.0.2", "127.0.0.1"])
    with pytest.raises(NotFetched, match="refused"):  # by the second, where nobody listens
        Fetcher(hosts=HERE, seconds=1).fetch(f"http://templates.example.com:{silent}/text")


def test_a_name_that_leads_inside_is_refused_after_one_look(monkeypatch):
    # A name that is public when it is checked and would be inside when it is connected to.
    asked = resolving(
        monkeypatch, lambda host, times: ["10.0.0.1" if host.startswith("inside") or times > 1 else "192.0.2.1"]
    )
    for host in ("inside.example.com", "documentation.example.com"):
        asked.clear()
        with pytest.raises(NotFetched, match="not one from which"):
            Fetcher(seconds=1).fetch(f"http://{host}/t.yaml")
        assert asked == [host]


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "localhost", "0.0.0.0", "224.0.0.1", "2130706433", "10.1.2.3"),
        *("[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "[64:ff9b::a00:1]"),
    ],
)
def test_addresses_that_lead_inside_are_refused(host):
    with pytest.raises(NotFetched, match=r"not one from which|is not known"):
        Fetcher(seconds=1).fetch(f"http://{host}/x.yaml")


@pytest.mark.parametrize(("path", "said"), [("missing", "404"), ("bytes", "not UTF-8")], ids=["not found", "not text"])
def test_what_is_no_template_is_told(server, path, said):
    with pytest.raises(NotFetched, match=said):
        Fetcher(hosts=HERE).fetch(f"{server}/{path}")


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.com/x", "t.yaml", "http://", "http://[x/", "http://a:99999/", "http://h:x/"],
)
def test_only_web_addresses_are_fetched(url):
    with pytest.raises(NotFetched, match="cannot be fetched"):
        Fetcher(seconds=1).fetch(url)


@pytest.mark.parametrize("path", ["/missing", "/bytes", "/moved/9", "/text"])
def test_what_may_be_secret_in_a_url_is_in_no_message(server, path):
    url = server.replace("http://", "http://user:hush@") + path + "?token=hush"
    with pytest.raises((NotFetched, LimitExceeded)) as caught:
        Fetcher(size=1, hosts=HERE).fetch(url)
    assert "hush" not in str(caught.value)
