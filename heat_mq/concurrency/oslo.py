"""Tells oslo.service what this process runs on; import it before oslo.messaging.

Left alone oslo.service takes eventlet, in a native process too.
"""

from __future__ import annotations

import warnings

from oslo_service import backend

from heat_mq import concurrency


def _backend() -> backend.BackendType:
    return backend.BackendType.EVENTLET if concurrency.is_green() else backend.BackendType.THREADING


backend.register_backend_default_hook(_backend)
with warnings.catch_warnings():
    # Libraries below it import eventlet wherever it is installed, and eventlet announces its maintenance mode.
    warnings.simplefilter("ignore")
    import oslo_messaging  # noqa: F401
