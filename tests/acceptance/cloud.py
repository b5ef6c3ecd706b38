"""What the simulated cloud holds, and how it is made to fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from tests.waiting import PATIENCE

#: Made by looking at the cloud, and ended by time alone.
PASSING = ("identity/tokens",)


class Cloud:
    """The admin endpoint of a simulated cloud."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/admin"

    def objects(self) -> dict[str, dict[str, dict[str, Any]]]:
        """``{"compute/servers": {id: {"name", "status", "project_id"}}}``."""
        answer = requests.get(f"{self._url}/objects", timeout=PATIENCE)
        answer.raise_for_status()
        found = answer.json()["objects"]
        return {kind: {item["id"]: item for item in items} for kind, items in found.items() if kind not in PASSING}

    def documents(self, kind: str) -> list[dict[str, Any]]:
        """Whole objects of a kind, such as ``identity/users``."""
        answer = requests.get(f"{self._url}/objects", params={"full": "1"}, timeout=PATIENCE)
        answer.raise_for_status()
        return list(answer.json()["objects"].get(kind, []))

    def names(self, kind: str) -> list[str]:
        """The names of all objects of a kind, such as ``compute/servers``."""
        return [item["name"] for item in self.objects().get(kind, {}).values()]

    @contextmanager
    def fault(self, **rule: Any) -> Iterator[None]:
        """A rule of :mod:`heat_mq.simcloud.faults`, in force while the block runs."""
        answer = requests.post(f"{self._url}/faults", json=rule, timeout=PATIENCE)
        answer.raise_for_status()
        try:
            yield
        finally:
            requests.delete(f"{self._url}/faults/{answer.json()['fault']['id']}", timeout=PATIENCE).raise_for_status()


def added(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Names (or ids) of what is there now and was not before, by kind."""
    new = {
        kind: sorted(item["name"] or key for key, item in items.items() if key not in before.get(kind, {}))
        for kind, items in after.items()
    }
    return {kind: names for kind, names in new.items() if names}
