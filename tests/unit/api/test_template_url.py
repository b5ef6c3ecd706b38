"""Templates from URLs, fetched from a real server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator

# Not as an attribute of http: eventlet's green copy may stand there.
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.unit.api.fakes import Api, configured
from tests.unit.api_cfn.fakes import Cfn


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"heat_template_version: 2018-08-31\n")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


@pytest.mark.parametrize(("hosts", "rest", "cfn"), [("127.0.0.0/8", 201, 200), ("*.example.com", 400, 400)])
def test_the_operator_says_from_which_hosts_both_apis_fetch(server: str, tmp_path, hosts: str, rest: int, cfn: int):
    conf = configured(tmp_path, f"[template]\nfetch_hosts = {hosts}\n")
    url = f"{server}/t.yaml"
    assert Api(conf)("POST /stacks", {"stack_name": "a", "template_url": url}).status_code == rest
    assert Cfn(conf)("CreateStack", StackName="a", TemplateURL=url).status == cfn


def test_both_apis_refuse_a_template_longer_than_they_take(server: str, tmp_path):
    conf = configured(tmp_path, "[DEFAULT]\nmax_template_size = 5\n[template]\nfetch_hosts = 127.0.0.1\n")
    url = f"{server}/t.yaml"
    rest = Api(conf)("POST /stacks", {"stack_name": "a", "template_url": url})
    cfn = Cfn(conf)("CreateStack", StackName="a", TemplateURL=url)
    for answer in (rest.text, cfn.body.decode()):
        assert "more than 5 bytes (max_template_size)" in answer
