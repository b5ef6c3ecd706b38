"""With whose rights workers act after the request: one credential for all stacks of a user, project and roles.

It is a trust, or with deferred_auth_method = password the user's own password, sealed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from heat_mq.clients.credentials import Credential, PasswordCredential, TokenCredential, TrustCredential
from heat_mq.context import RequestContext
from heat_mq.db.records import CredentialRow, StackRow
from heat_mq.db.repo import credentials
from heat_mq.errors import CloudError, CloudTransient, Conflict, MissingCredential

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

T = TypeVar("T")

LOG = logging.getLogger(__name__)

TRUST = "trust"
PASSWORD = "password"
BORROWED = "borrowed"
"""Stands in what is stored of a trust that is another deployment's."""
TRIES = 5
#: How long a credential may wait for the first stack that uses it.
YOUTH = datetime.timedelta(minutes=5)


class GivenUp(Exception):
    """The credential is about to be deleted."""


def credential_key(kind: str, context: RequestContext) -> str:
    """Digest of what a credential is good for.

    One that comes of a trust ends with that trust, as Keystone ends what was redelegated too: it is for those alone who
    come with the same, and never for the user's own requests.
    """
    parts = [kind, context.user_id, context.project_id, sorted(context.roles or ())]
    if context.trust_id:
        parts.append(context.trust_id)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def obtain_credential(service: Service, context: RequestContext) -> str:
    """The id of a stored credential of the caller; one is made when there is none yet."""
    kind = PASSWORD if service.clouds.settings.deferred_auth == PASSWORD else TRUST
    key = credential_key(kind, context)
    known = service.database.read(credentials.find_credential, key)
    if known is not None and _works(service, known):
        return known.id
    if known is not None:
        return _renew(service, context, known)
    obtained, sealed = _obtain(service, context, kind)
    stored = service.database.write(
        credentials.add_credential,
        {
            "id": str(uuid.uuid4()),
            "key": key,
            "kind": kind,
            "user_id": context.user_id or "",
            "project_id": context.project_id or "",
            "region": context.region_name,
            "sealed": service.seal(sealed),
            "created_at": service.now(),
        },
    )
    if _credential_of(service, stored) != obtained:
        _end(service, obtained, sealed)  # another request stored its own first
    return stored.id


def with_credential(service: Service, context: RequestContext, store: Callable[[str], T]) -> T:
    """``store(credential_id)`` with a credential of the caller.

    ``store`` holds it (:func:`hold`) in its transaction. When the last stack that used it has given it up meanwhile,
    a new one is made and ``store`` called again.
    """
    for _ in range(TRIES):
        try:
            return store(obtain_credential(service, context))
        except GivenUp:
            continue
    raise Conflict("The stacks of this project come and go too fast; try again.")


def hold(connection: Connection, credential_id: str | None) -> None:
    """In the transaction that stores a stack: nobody gives its credential up. Raises GivenUp when somebody has."""
    if credential_id is not None and not credentials.hold_credential(connection, credential_id):
        raise GivenUp


def stack_credential(service: Service, stack: StackRow) -> Credential:
    """The credential that a stack's workers use; raises MissingCredential when it has none."""
    if stack.credential_id is None:
        raise MissingCredential(f"Stack {stack.name} was stored without a credential.")
    return _credential_of(service, _row(service, stack.credential_id))


def credential_is_dead(service: Service, credential_id: str) -> bool:
    """Whether Keystone, asked anew, takes the credential no longer; raises what it fails with when it does not say."""
    row = service.database.read(credentials.get_credential, credential_id)
    if row is None:
        return True
    service.clouds.forget(_credential_of(service, row))
    return not _works(service, row)


def release_credential(service: Service, stack: StackRow) -> None:
    """Delete the credential when no other live stack uses it, a trust in Keystone too.

    ``stack`` counts as gone; safe to repeat.
    """
    service.database.write(credentials.leave_credentials, stack.root_id)
    now = service.now()
    for row in service.database.write(credentials.give_up_credentials, stack.credential_id, now, now - YOUTH):
        try:
            _end_row(service, row)
        except BaseException:
            service.database.write(credentials.leave_to_others, row.id)
            raise
        service.known_credentials.forget(row.id)
        service.database.write(credentials.remove_credential, row.id)


def _row(service: Service, credential_id: str) -> CredentialRow:
    def read() -> CredentialRow:
        found = service.database.read(credentials.get_credential, credential_id)
        if found is None:
            raise MissingCredential("The stack's stored credential is gone.")
        return found

    return service.known_credentials.fetch(credential_id, read)


def _credential_of(service: Service, row: CredentialRow) -> Credential:
    opened = service.box.open(row.sealed)
    if row.kind == PASSWORD:
        return PasswordCredential(opened["password"], user_id=row.user_id, project_id=row.project_id)
    return TrustCredential(opened["trust_id"])


def _end(service: Service, credential: Credential, sealed: Mapping[str, Any]) -> None:
    """The credential is used no more: its connections end, and a trust that we have made is deleted."""
    if isinstance(credential, TrustCredential) and BORROWED not in sealed:
        service.clouds.undelegate(credential)
    else:
        service.clouds.forget(credential)


def _end_row(service: Service, row: CredentialRow) -> None:
    """The same; of a dead credential nothing more can be asked, so that it must not keep others from their end."""
    credential = _credential_of(service, row)
    try:
        _end(service, credential, service.box.open(row.sealed))
    except CloudError as error:
        service.clouds.forget(credential)
        if isinstance(error, CloudTransient) or _gives_token(service, credential):
            raise
        LOG.warning("%s is left in Keystone, which takes it no longer: %s", credential, error)


def _obtain(service: Service, context: RequestContext, kind: str) -> tuple[Credential, dict[str, Any]]:
    """A new credential of the caller, and what is stored of it."""
    return _obtain_password(service, context) if kind == PASSWORD else _obtain_trust(service, context)


def _obtain_password(service: Service, context: RequestContext) -> tuple[PasswordCredential, dict[str, Any]]:
    """The caller's password, when it gives a token in the project; raises MissingCredential."""
    if not context.password:
        raise MissingCredential(
            "Missing required credential: X-Auth-Key. This service works on for users with their passwords "
            "(deferred_auth_method = password), which must come with each request that creates or changes a stack."
        )
    given = PasswordCredential(context.password, user_id=context.user_id or "", project_id=context.project_id or "")
    if not _gives_token(service, given):
        service.clouds.forget(given)
        raise MissingCredential(
            f"Keystone gives no token for what came in X-Auth-Key: it must be the password of {context.user_name}."
        )
    return given, {"password": context.password}


def _obtain_trust(service: Service, context: RequestContext) -> tuple[TrustCredential, dict[str, Any]]:
    """A trust of the caller, and what is stored of it.

    A caller who comes with a trust (a stack of another region makes one here) can make no other where trusts are not
    redelegated. If that trust is for our own service user it is borrowed: used, and left to its owner to delete.
    """
    if context.trust_id and not service.clouds.settings.redelegation:
        lent = TrustCredential(context.trust_id)
        if _gives_token(service, lent):
            return lent, {"trust_id": lent.trust_id, BORROWED: True}
    trust = service.clouds.delegate(TokenCredential.of(context))
    return trust, {"trust_id": trust.trust_id}


def _works(service: Service, row: CredentialRow) -> bool:
    """Whether the credential still gives a token (cached until it expires)."""
    return _gives_token(service, _credential_of(service, row))


def _gives_token(service: Service, credential: Credential) -> bool:
    """Whether Keystone takes the credential; raises what it fails with when it does not say."""
    try:
        service.clouds.cloud(credential).token()
    except CloudTransient:
        raise
    except CloudError as error:
        if not error.status:
            raise
        return False
    return True


def _renew(service: Service, context: RequestContext, row: CredentialRow) -> str:
    """The stored credential is gone, or its user's roles or password changed: a new one for all its stacks."""
    service.clouds.forget(_credential_of(service, row))
    obtained, sealed = _obtain(service, context, row.kind)
    if not service.database.write(credentials.replace_sealed, row, service.seal(sealed)):
        _end(service, obtained, sealed)  # another request was first, or the last stack has left
    service.known_credentials.forget(row.id)
    return row.id
