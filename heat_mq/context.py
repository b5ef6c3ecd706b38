"""Who asks: the identity, token and request id that travel with a request from API to engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from oslo_context import context as oslo_context

#: Fields that only a log would be harmed by.
_NOT_LOGGED = ("auth_token", "service_catalog", "password")


class RequestContext(oslo_context.RequestContext):
    """One caller's identity.

    Beyond oslo.context it knows ``trust_id`` (set when the engine acts with a trust), ``region_name``
    (the region that clients use, None for the configured one), ``service_catalog`` (the
    catalog entries of the caller's token, as Keystone gives them) and ``password`` (the caller's, only where the
    configuration has deferred_auth_method = password).

    ``to_dict`` is plain JSON and holds the token and the password: it is made for RPC. ``get_logging_values`` and
    ``repr`` never hold it.
    """

    FROM_DICT_EXTRA_KEYS = ("trust_id", "region_name", "service_catalog", "password")  # type: ignore[assignment]

    def __init__(
        self,
        *,
        trust_id: str | None = None,
        region_name: str | None = None,
        service_catalog: list[dict[str, Any]] | None = None,
        password: str | None = None,
        **identity: Any,
    ) -> None:
        # Making a context must not change the thread's current one: see ``current``.
        identity.setdefault("overwrite", False)
        super().__init__(**identity)
        self.trust_id = trust_id
        self.region_name = region_name
        self.service_catalog = service_catalog or []
        self.password = password

    def __repr__(self) -> str:
        return f"<RequestContext {self.request_id} user={self.user_id} project={self.project_id}>"

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON, the secrets too: for RPC only."""
        return {
            **super().to_dict(),
            "user_name": self.user_name,
            "project_name": self.project_name,
            "domain_name": self.domain_name,
            "user_domain_name": self.user_domain_name,
            "project_domain_name": self.project_domain_name,
            "trust_id": self.trust_id,
            "region_name": self.region_name,
            "service_catalog": self.service_catalog,
            "password": self.password,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], **given: Any) -> Self:
        """The context that ``to_dict`` described; keys of later versions are ignored."""
        return super().from_dict(dict(values), **given)

    @classmethod
    def from_environ(cls, environ: Mapping[str, Any], **given: Any) -> Self:
        """The caller that keystonemiddleware has put into a WSGI environment."""
        catalog = environ.get("HTTP_X_SERVICE_CATALOG")
        if catalog:
            given.setdefault("service_catalog", json.loads(catalog))
        token_auth = environ.get("keystone.token_auth")
        user = getattr(token_auth, "user", None)
        given.setdefault("trust_id", getattr(user, "trust_id", None))
        return super().from_environ(dict(environ), **given)

    def get_logging_values(self) -> dict[str, Any]:
        """What log formats may use: no token, no catalog."""
        values = super().get_logging_values()
        for name in _NOT_LOGGED:
            values.pop(name, None)
        return values

    @contextmanager
    def current(self) -> Iterator[Self]:
        """Make this the thread's context for a while, so that log lines carry its request id."""
        before = oslo_context.get_current()
        self.update_store()
        try:
            yield self
        finally:
            if before is None:
                # oslo.context has no public way to say "nobody".
                del oslo_context._request_store.context
            else:
                before.update_store()


def current_request_id() -> str | None:
    """The id of the request that this thread works for, if it does for one."""
    context = oslo_context.get_current()
    return context.request_id if context is not None else None


@contextmanager
def working_for(request_id: str | None) -> Iterator[None]:
    """Let this thread's log lines carry a request's id for a while."""
    if request_id is None:
        yield
        return
    with RequestContext(request_id=request_id).current():
        yield
