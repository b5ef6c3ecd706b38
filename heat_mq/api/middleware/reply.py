"""Answers of layers that stand before the application."""

from __future__ import annotations

from typing import Any

from heat_mq import json_text
from heat_mq.api import faults
from heat_mq.web.wsgi import Environ, StartResponse, send


def reply(start_response: StartResponse, status: int, body: dict[str, Any]) -> list[bytes]:
    """Answer a JSON body."""
    return send(start_response, status, json_text.write(body), "application/json")


def refuse(environ: Environ, start_response: StartResponse, status: int, kind: str, message: str) -> list[bytes]:
    """Answer a fault."""
    body = faults.internal_fault() if status == 500 else faults.fault(status, kind, message)
    return reply(start_response, status, body)
