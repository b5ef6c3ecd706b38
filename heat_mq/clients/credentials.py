"""With whose rights a cloud is used: frozen values, which are also the keys of the connection cache.

None of them shows its secret when printed.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heat_mq.context import RequestContext


@dataclasses.dataclass(frozen=True, slots=True)
class TrustCredential:
    """The stack owner's rights, lent to the trustee user of the configuration by a Keystone trust."""

    trust_id: str


@dataclasses.dataclass(frozen=True, slots=True)
class TokenCredential:
    """The token of a request, good for as long as it lasts.

    ``catalog`` is the service catalog as JSON text, in Keystone's v3 form or in that of the X-Service-Catalog
    header; with it the token is used as it is, without it the first use fetches a token of the same scope.
    """

    token: str = dataclasses.field(repr=False)
    user_id: str
    project_id: str
    roles: tuple[str, ...] = ()
    catalog: str = dataclasses.field(default="", repr=False)

    @classmethod
    def of(cls, context: RequestContext) -> TokenCredential:
        """The credential of the caller of a request."""
        entries: list[dict[str, Any]] = context.service_catalog
        return cls(
            token=context.auth_token or "",
            user_id=context.user_id or "",
            project_id=context.project_id or "",
            roles=tuple(context.roles or ()),
            catalog=json.dumps(entries, sort_keys=True) if entries else "",
        )


@dataclasses.dataclass(frozen=True, slots=True)
class PasswordCredential:
    """A user and password, with one scope: a project, a domain or a trust.

    The user is given by ``user_id``, or by ``username`` with its domain (id or name).
    """

    password: str = dataclasses.field(repr=False)
    user_id: str = ""
    username: str = ""
    user_domain_id: str = ""
    user_domain_name: str = ""
    project_id: str = ""
    project_name: str = ""
    project_domain_id: str = ""
    project_domain_name: str = ""
    domain_id: str = ""
    domain_name: str = ""
    trust_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ForeignCredential:
    """A login at another cloud, as its owner gives it.

    ``auth_type`` is keystoneauth's name of the way to log in, ``auth`` the JSON of what it needs, with auth_url.
    ``ca_cert`` is the text of the certificate (PEM) that the cloud's own are checked with, "" for the usual ones;
    ``insecure``: they are not checked.
    """

    auth_type: str
    auth: str = dataclasses.field(repr=False)
    ca_cert: str = dataclasses.field(default="", repr=False)
    insecure: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class StackDomainAdmin:
    """The administrator of the domain in which stacks' own users live (``stack_domain_admin``)."""


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceUser:
    """The service's own user ([trustee], else [keystone_authtoken]) without anybody's trust."""


Credential = TrustCredential | TokenCredential | PasswordCredential | ForeignCredential | StackDomainAdmin | ServiceUser
