"""Files of a request that wait in a container of the caller's object store."""

from __future__ import annotations

import base64
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from heat_mq.clients.credentials import TokenCredential
from heat_mq.context import RequestContext
from heat_mq.errors import CloudGone, LimitExceeded, NotFound

if TYPE_CHECKING:
    from heat_mq.engine.service import Service

MOST_FILES: Final = 1000
"""Objects that are read for one request."""
MOST_BYTES: Final = 16 * 2**20
"""Their content altogether."""


def files_in_container(
    service: Service, context: RequestContext, container: str, sent: Collection[str]
) -> dict[str, str]:
    """Name -> content of every object that was not ``sent``, read with the caller's own rights.

    What is not text is in base64, as clients send it. Of a container that holds too much nothing is read:
    LimitExceeded. Raises NotFound for a container that is not there, ServiceMissing when the cloud has no object store.
    """
    if container in (".", "..") or "/" in container:  # a path would lead elsewhere
        raise NotFound(f"{container} is no name of a container.")
    store: Any = service.clouds.cloud(TokenCredential.of(context), context.region_name).service("object-store")
    try:
        names = _wanted(container, store, sent)
        return {name: _text(store.get_object(container, name)) for name in names}
    except CloudGone as error:
        raise NotFound(f"The files in the container {container} cannot be read: {error}") from error


def _wanted(container: str, store: Any, sent: Collection[str]) -> list[str]:
    """The names to read; one that ends in a slash is but a directory."""
    names, total = [], 0
    for name, size in store.list_objects(container):
        if name in sent or name.endswith("/"):
            continue
        names.append(name)
        total += size
        if len(names) > MOST_FILES or total > MOST_BYTES:
            raise LimitExceeded(
                f"The container {container} holds too much: files of a request are at most {MOST_FILES} objects of"
                f" {MOST_BYTES} bytes altogether."
            )
    return names


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()
