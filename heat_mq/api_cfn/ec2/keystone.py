"""Keystone's word on a claim: ``POST /v3/ec2tokens``."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from keystoneauth1.access import AccessInfoV3
from keystoneauth1.exceptions import ClientException, HttpError

from heat_mq.api_cfn.ec2.claim import Claim
from heat_mq.api_cfn.errors import AwsError
from heat_mq.context import RequestContext

LOG = logging.getLogger(__name__)


class Asked(Protocol):
    """A Keystone: a keystoneauth adapter for its version 3."""

    def post(self, url: str, **kwargs: Any) -> Any: ...


class Keystone:
    """Asks one Keystone, or several in turn until one knows the key."""

    def __init__(self, clouds: Mapping[str, Asked]) -> None:
        """Take the adapters by names for the log."""
        self._clouds = clouds

    def prove(self, claim: Claim, request_id: str | None) -> RequestContext:
        """Who has signed, with a token of the key pair's project.

        Raises ``AwsError``: AccessDenied, InvalidClientTokenId or SignatureDoesNotMatch, ServiceUnavailable when
        Keystone cannot say.
        """
        refusals: list[AwsError] = []
        for name, keystone in self._clouds.items():
            try:
                answer = keystone.post("/ec2tokens", json=claim.as_json(), log=False)
            except HttpError as error:
                refusals.append(_refusal(name, error))
            except ClientException as error:
                LOG.error("%s cannot be asked about a signature: %s", name, error)
                refusals.append(_unavailable())
            else:
                return _context(answer, request_id)
        raise _most_telling(refusals)


def _context(answer: Any, request_id: str | None) -> RequestContext:
    body = answer.json()
    info = AccessInfoV3(body, auth_token=answer.headers.get("X-Subject-Token"))
    return RequestContext(
        auth_token=info.auth_token,
        user_id=info.user_id,
        user_name=info.username,
        user_domain_id=info.user_domain_id,
        user_domain_name=info.user_domain_name,
        project_id=info.project_id,
        project_name=info.project_name,
        project_domain_id=info.project_domain_id,
        project_domain_name=info.project_domain_name,
        roles=list(info.role_names or ()),
        is_admin_project=info.is_admin_project,
        trust_id=info.trust_id,
        service_catalog=body["token"].get("catalog"),
        request_id=request_id,
    )


def _refusal(name: str, error: HttpError) -> AwsError:
    """What to answer for Keystone's refusal. Many a Keystone does not tell why."""
    if error.http_status not in (400, 401, 403, 404):
        LOG.error("%s failed to check a signature: %s", name, error)
        return _unavailable()
    said = str(error.message or "").lower()
    if "access key not found" in said:
        return AwsError("InvalidClientTokenId", "There is no such access key.")
    if "signature" in said:
        return AwsError("SignatureDoesNotMatch", "The signature does not fit the request and the key.")
    return AwsError("AccessDenied", "The request's signature is not accepted.")


def _unavailable() -> AwsError:
    return AwsError("ServiceUnavailable", "Signatures cannot be checked now; try again.")


def _most_telling(refusals: Sequence[AwsError]) -> AwsError:
    """A wrong signature says that the key is known there, and no answer that it may be."""
    order = ("SignatureDoesNotMatch", "ServiceUnavailable", "AccessDenied", "InvalidClientTokenId")
    return min(refusals, key=lambda refusal: order.index(refusal.type), default=_unavailable())
