"""Stack users in the simulated cloud: for resources that take signals by signed URLs."""

from __future__ import annotations

import itertools
from typing import Any

from tests.simulation.world import World


class FakeIdentity:
    """Users and key pairs as dicts; fulfils what the engine asks of the identity service for them."""

    def __init__(self) -> None:
        self.projects: dict[str, str] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, str]] = {}
        self._numbers = itertools.count(1)

    def create_project(self, *, name: str, domain_id: str, description: str = "") -> str:
        return self.projects.setdefault(name, f"users-{next(self._numbers)}")

    def delete_project(self, project_id: str) -> None:
        self.projects = {name: id for name, id in self.projects.items() if id != project_id}

    def create_user(self, *, name: str, password: str, domain_id: str, project_id: str, role: str) -> str:
        found = self.find_user(name, domain_id) or f"user-{next(self._numbers)}"
        self.users[found] = {"name": name, "enabled": True, "password": password}
        return found

    def find_user(self, name: str, domain_id: str) -> str | None:
        return next((id for id, user in self.users.items() if user["name"] == name), None)

    def enable_user(self, user_id: str, enabled: bool) -> None:
        self.users[user_id]["enabled"] = enabled

    def delete_user(self, user_id: str) -> None:
        self.users.pop(user_id, None)

    def create_ec2(self, *, user_id: str, project_id: str, access: str = "") -> dict[str, str]:
        number = next(self._numbers)
        access = access or f"access{number}"
        assert access not in {pair["access"] for pair in self.keys.values()}
        pair = {"id": f"key-{number}", "access": access, "secret": "secret", "project_id": project_id}
        self.keys[pair["id"]] = {**pair, "user_id": user_id}
        return pair

    def ec2_of(self, user_id: str) -> list[dict[str, str]]:
        return [pair for pair in self.keys.values() if pair["user_id"] == user_id]

    def delete_ec2(self, credential_id: str) -> None:
        self.keys.pop(credential_id, None)


def with_users(world: World) -> FakeIdentity:
    """Let stacks of the world have users of their own, and signed URLs."""
    identity = FakeIdentity()
    clouds: Any = world.clouds
    clouds.identity = identity
    clouds.settings.stack_user_role, clouds.settings.auth_url = "heat_stack_user", "http://keystone/v3"
    clouds.stack_domain_id = lambda: "domain"
    clouds.endpoint = lambda service_type: f"http://{service_type}/v1"
    return identity
