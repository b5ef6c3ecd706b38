"""Templates are fetched within limits of size, time and hosts."""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from heat_mq.engine.fetch import Fetcher
from heat_mq.errors import InvalidTemplate

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


def test_redirections_are_followed_to_an_end(server):
    assert Fetcher(hosts=HERE).fetch(f"{server}/moved/2") == TEXT
    with pytest.raises(InvalidTemplate, match="redirected more than"):
        Fetcher(hosts=HERE).fetch(f"{server}/moved/9")


def test_one_that_is_too_large_is_not_read_to_its_end(server):
    with pytest.raises(InvalidTemplate, match="more than 5000 bytes"):
        Fetcher(size=5000, hosts=HERE).fetch(f"{server}/endless")


def test_a_server_that_sends_byte_by_byte_is_cut_off_in_time(server):
    with pytest.raises(InvalidTemplate, match=r"not there within 0\.3 seconds"):
        Fetcher(seconds=0.3, hosts=HERE).fetch(f"{server}/slow")


def test_this_machine_is_not_asked_unless_it_is_allowed(server):
    with pytest.raises(InvalidTemplate, match="not one from which templates are fetched"):
        Fetcher().fetch(f"{server}/text")
    assert Fetcher(hosts=("127.*",)).fetch(f"{server}/text") == TEXT


def test_a_redirection_to_a_host_that_must_not_be_asked_is_not_followed(server):
    with pytest.raises(InvalidTemplate, match=r"169\.254\.169\.254 is not one"):
        Fetcher(hosts=HERE).fetch(f"{server}/away")


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "224.0.0.1", "2130706433"]
)
def test_addresses_that_lead_inside_are_refused(host):
    with pytest.raises(InvalidTemplate, match=r"not one from which|is not known"):
        Fetcher(seconds=1).fetch(f"http://{host}/x.yaml")


@pytest.mark.parametrize(("path", "said"), [("missing", "404"), ("bytes", "not UTF-8")], ids=["not found", "not text"])
def test_what_is_no_template_is_told(server, path, said):
    with pytest.raises(InvalidTemplate, match=said):
        Fetcher(hosts=HERE).fetch(f"{server}/{path}")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com/x", "http://", "http://[x/", "http://a:99999/"]
)
def test_only_web_addresses_are_fetched(url):
    with pytest.raises(InvalidTemplate, match="cannot be fetched"):
        Fetcher(seconds=1).fetch(url)


def test_a_password_in_the_url_is_not_told(server):
    url = server.replace("http://", "http://user:s3cret@") + "/missing?token=s3cret"
    with pytest.raises(InvalidTemplate) as caught:
        Fetcher(hosts=HERE).fetch(url)
    assert "s3cret" not in str(caught.value)
