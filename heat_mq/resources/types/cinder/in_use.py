"""Cinder refuses with 400, as if the request were wrong, to change what is in use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from heat_mq.resources.kit import CloudConflict, CloudError


@contextlib.contextmanager
def may_pass() -> Iterator[None]:
    """Raise that refusal as CloudConflict: a volume that is being deleted now will be gone at the next try."""
    try:
        yield
    except CloudError as error:
        if error.status != 400:
            raise
        raise CloudConflict(error.message, status=error.status, request_id=error.request_id) from error
