"""Where guests, alarms and whoever else signals find the APIs."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import urllib.parse
from collections.abc import Callable

from heat_mq.arn import Arn, parse_arn
from heat_mq.errors import ServiceMissing

#: What the CloudFormation-compatible API takes signals at, and the method for it.
SIGNALS = {"signal": "POST", "waitcondition": "PUT"}

_SIGNED = re.compile(rf"https?://.+/(?:{'|'.join(SIGNALS)})/(?P<arn>arn:.+)")

#: Asks a cloud's catalog: (service type) -> URL; raises ServiceMissing.
Endpoint = Callable[[str], str]


@dataclasses.dataclass(frozen=True, slots=True)
class Addresses:
    """URLs as the configuration gives them, "" where it leaves them to the catalog.

    ``metadata`` is heat_metadata_server_url, ``waitcondition`` heat_waitcondition_server_url, ``orchestration``
    [clients_heat] url, which may hold ``%(tenant_id)s``. ``guests_check_certificates`` is what guests are told to do
    when they speak TLS.
    """

    metadata: str = ""
    waitcondition: str = ""
    orchestration: str = ""
    guests_check_certificates: bool = True

    def metadata_url(self, endpoint: Endpoint) -> str:
        """The CloudFormation-compatible API for guests, with version and a slash at its end; "" when there is none."""
        url = self.metadata.rstrip("/")
        if not url:
            with contextlib.suppress(ServiceMissing):
                url = endpoint("cloudformation").rstrip("/")
        if not url:
            return ""
        # Older configurations name the server alone.
        versioned = "/v1" in urllib.parse.urlsplit(url).path
        return f"{url}/" if versioned else f"{url}/v1/"

    def signal_url(self, kind: str, arn: Arn, endpoint: Endpoint) -> str:
        """Where to send a signal of ``kind`` (of :data:`SIGNALS`) for a resource; it still has to be signed."""
        base = self.waitcondition.rstrip("/").removesuffix("/waitcondition") or self.metadata_base(endpoint)
        # Slashes stay: some web servers refuse paths with escaped ones.
        return f"{base}/{kind}/{urllib.parse.quote(str(arn), '/')}"

    def metadata_base(self, endpoint: Endpoint) -> str:
        """The CloudFormation-compatible API; raises ServiceMissing, which says what to configure."""
        url = self.metadata_url(endpoint)
        if not url:
            raise ServiceMissing(
                "No URL for signals: heat_waitcondition_server_url is not set and the catalog has no service of type "
                "cloudformation."
            )
        return url.rstrip("/")

    def orchestration_url(self, project_id: str, own_project_id: str, endpoint: Endpoint) -> str:
        """The orchestration API for ``project_id``, where the catalog is that of ``own_project_id``."""
        if self.orchestration:
            filled = self.orchestration.rstrip("/")
            for place in ("%(tenant_id)s", "%(project_id)s", "$(tenant_id)s", "$(project_id)s"):
                filled = filled.replace(place, project_id)
            return filled
        url = endpoint("orchestration").rstrip("/")
        return url.replace(own_project_id, project_id) if own_project_id in url else f"{url}/{project_id}"


def arn_in_url(url: str) -> Arn | None:
    """The resource that a signed URL signals; None when it is no such URL."""
    found = _SIGNED.match(urllib.parse.unquote(url.partition("?")[0]))
    return parse_arn(found["arn"]) if found else None
