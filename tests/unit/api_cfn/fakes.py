"""The edges of the CloudFormation-compatible API in tests: a recording engine, tokens and keys that are made up."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from keystoneclient.contrib.ec2.utils import Ec2Signer
from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.api_cfn.app import make_app
from heat_mq.api_cfn.ec2.claim import Claim
from heat_mq.api_cfn.ec2.keystone import Keystone
from heat_mq.api_cfn.errors import AwsError
from heat_mq.context import RequestContext
from tests.unit.api.fakes import IDENTITY, PROJECT, FakeAuth, FakeEngine

ARN = f"arn:openstack:heat::{PROJECT}:stacks/s1/{IDENTITY['stack_id']}"
#: Access keys and their secrets.
SECRETS = {"member": "member's secret", "guest": "guest's secret"}


class CfnEngine(FakeEngine):
    def __init__(self) -> None:
        super().__init__()
        self.answers |= {
            "describe_stack_resources": self.answers["list_stack_resources"],
            "find_physical_resource": {**IDENTITY, "path": "/resources/v"},
            "get_template": {"heat_template_version": "2018-08-31"},
            "validate_template": {
                "Description": "A stack",
                "Parameters": {
                    "size": {"Type": "Number", "Default": 3, "NoEcho": "false", "Description": "How large"},
                    "secret": {"Type": "String", "NoEcho": "true"},
                },
            },
            "resource_signal": {"1": {"status": "SUCCESS"}},
        }

    def __getattr__(self, name: str) -> Callable[..., Any]:
        answer = super().__getattr__(name)
        if name != "show_stack":
            return answer

        def show(context: Any, identity: Any, **more: Any) -> Any:
            stack = answer(context, identity, **more)
            return stack if identity is not None else [stack]

        return show


class FakeKeystone(Keystone):
    """Checks signatures with Keystone's own code. The key ``guest`` is that of a stack's user."""

    def __init__(self) -> None:
        super().__init__({})
        self.claims: list[dict[str, Any]] = []

    def prove(self, claim: Claim, request_id: str | None) -> RequestContext:
        asked = json.loads(json.dumps(claim.as_json()))["credentials"]
        self.claims.append(asked)
        if claim.access not in SECRETS:
            raise AwsError("InvalidClientTokenId", "There is no such access key.")
        if Ec2Signer(SECRETS[claim.access]).generate(dict(asked)) != asked["signature"]:
            raise AwsError("SignatureDoesNotMatch", "The signature does not fit the request and the key.")
        guest = claim.access == "guest"
        return RequestContext(
            auth_token="from the signature",
            user_id=claim.access,
            project_id="users" if guest else PROJECT,
            roles=["heat_stack_user"] if guest else ["member", "reader"],
            request_id=request_id,
        )


class Reply:
    """An answer: ``status``, ``headers`` by lower-case names, ``body``."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def xml(self) -> ET.Element:
        assert self.headers["content-type"].startswith("text/xml")
        return ET.fromstring(self.body)

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """AWS's code of an error."""
        root = self.xml
        assert root.tag == "ErrorResponse"
        assert root.findtext("Error/Message")
        assert root.findtext("RequestId") == self.headers["x-openstack-request-id"]
        return root.findtext("Error/Code") or ""

    @property
    def message(self) -> str:
        return self.xml.findtext("Error/Message") or ""


class Cfn:
    """The real application between the fakes."""

    def __init__(self, conf: cfg.ConfigOpts | None = None, *, auth: Any = None) -> None:
        self.conf = conf or configuration.load()
        self.engine = CfnEngine()
        self.keystone = FakeKeystone()
        self.auth: FakeAuth

        def believe(app: Any, _: cfg.ConfigOpts) -> FakeAuth:
            self.auth = FakeAuth(app)
            return self.auth

        self.app = make_app(
            self.conf,
            self.engine,  # type: ignore[arg-type]
            auth=auth or believe,
            keystone=self.keystone,
        )

    def send(self, method: str, url: str, body: bytes = b"", **headers: str) -> Reply:
        """Any request; a header is given as ``X_Auth_Token="…"``."""
        parts = urlsplit(url)
        from urllib.parse import unquote_to_bytes

        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "cfn",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "cfn:8000",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        started: list[Any] = []
        answer: Iterable[bytes] = self.app(environ, lambda status, fields, *rest: started.append((status, fields)))
        content = b"".join(answer)
        return Reply(*started[-1], content)

    def __call__(self, action: str, *, method: str = "GET", token: str = "good", **params: str) -> Reply:
        """An action with a token; ``__`` in a parameter's name stands for a dot."""
        given = {"Action": action} | {name.replace("__", "."): value for name, value in params.items()}
        if method == "GET":
            return self.send("GET", f"/v1/?{urlencode(given)}", X_Auth_Token=token)
        form = "application/x-www-form-urlencoded"
        return self.send(method, "/v1/", urlencode(given).encode(), X_Auth_Token=token, Content_Type=form)
