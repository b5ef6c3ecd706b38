"""An object store and queues that are dicts, where guests and engine leave each other something."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from heat_mq.errors import CloudGone
from tests.simulation.world import World

ACCOUNT = "http://swift/v1/AUTH_project"


class FakeStore:
    """Objects by container and name."""

    def __init__(self) -> None:
        self.containers: dict[str, dict[str, Any]] = {}
        self.written: dict[tuple[str, str], list[str]] = {}

    def endpoint(self) -> str:
        return ACCOUNT

    def make_container(self, name: str, key: str, *, archives: bool = False) -> None:
        self.containers.setdefault(name, {})

    def put_object(self, container: str, name: str, content: Mapping[str, Any]) -> None:
        if container not in self.containers:
            raise CloudGone(f"no container {container}")
        self.containers[container][name] = dict(content)
        self.written.setdefault((container, name), []).append(json.dumps(content))

    def history(self, container: str, name: str, known: dict[str, str]) -> list[str]:
        return list(self.written.get((container, name), ()))

    def empty_container(self, name: str) -> None:
        self.containers.get(name, {}).clear()

    def read_object(self, container: str, name: str) -> Any:
        return self.containers.get(container, {}).get(name)

    def delete_object(self, container: str, name: str) -> None:
        self.containers.get(container, {}).pop(name, None)

    def delete_container(self, name: str) -> None:
        if not self.containers.get(name):
            self.containers.pop(name, None)

    def temp_url(self, container: str, name: str, method: str, key: str) -> str:
        return f"{ACCOUNT}/{container}/{name}?temp_url_sig={method}-{key}"


class FakeQueues:
    """Messages by queue."""

    def __init__(self) -> None:
        self.queues: dict[str, list[Any]] = {}
        self._numbers = itertools.count(1)

    def post_messages(self, queue: str, messages: Sequence[Mapping[str, Any]], client_id: str) -> None:
        waiting = self.queues.setdefault(queue, [])
        waiting.extend({"id": f"m{next(self._numbers)}", **message} for message in messages)

    def messages(self, queue: str, client_id: str) -> list[dict[str, Any]]:
        return list(self.queues.get(queue, ()))

    def delete_queue(self, name: str) -> None:
        self.queues.pop(name, None)


class Mail:
    """Both, in place of the services of the world's cloud."""

    def __init__(self, world: World) -> None:
        self.store, self.queues = FakeStore(), FakeQueues()
        clouds: Any = world.clouds
        others = clouds.service
        mine = {"object-store": self.store, "message": self.queues}
        clouds.service = lambda service_type: mine.get(service_type) or others(service_type)

    def put(self, url: str, content: dict[str, Any]) -> None:
        """What a guest does with a temporary URL."""
        container, name = url.partition("?")[0].removeprefix(f"{ACCOUNT}/").split("/")
        self.store.put_object(container, name, content)
