"""What a new simulated cloud has in Keystone: domains, projects, users, roles and who has which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heat_mq.simcloud.identity import passwords
from heat_mq.simcloud.store import Document, new_hex_id

if TYPE_CHECKING:
    from heat_mq.simcloud.identity.service import Identity

DEFAULT_DOMAIN = "default"
HEAT_DOMAIN = "heat"
ROLES = ("admin", "manager", "member", "reader", "service", "heat_stack_owner", "heat_stack_user")
PROJECTS = ("admin", "demo", "alt_demo", "service")
GRANTS = {
    "admin": (("admin", "admin"), ("demo", "admin"), ("alt_demo", "admin"), ("service", "admin")),
    "demo": (("demo", "member"), ("demo", "heat_stack_owner")),
    "alt_demo": (("alt_demo", "member"), ("alt_demo", "heat_stack_owner")),
    "heat": (("service", "admin"), ("service", "service")),
}


def password_of(service: Identity, user_name: str) -> str:
    """The password of a user made here, another one in every state directory."""
    return service.cloud.secret(f"password of {user_name}")


def seed(service: Identity) -> None:
    """Fill an empty Keystone."""
    service.domains.save(new_domain("Default", id=DEFAULT_DOMAIN, description="The default domain"))
    heat = service.domains.save(new_domain(HEAT_DOMAIN, description="Projects and users of stacks"))
    roles = {name: service.roles.save(new_role(name)) for name in ROLES}
    projects = {name: service.projects.save(new_project(name)) for name in PROJECTS}
    for name, grants in GRANTS.items():
        user = service.users.save(new_user(name, password=password_of(service, name)))
        for project, role in grants:
            service.grant(user["id"], "project", projects[project]["id"], roles[role]["id"])
        if name == "admin":
            service.grant(user["id"], "domain", DEFAULT_DOMAIN, roles["admin"]["id"])
            service.grant(user["id"], "system", "all", roles["admin"]["id"])
    keeper = new_user("heat_domain_admin", domain_id=heat["id"], password=password_of(service, "heat_domain_admin"))
    service.users.save(keeper)
    service.grant(keeper["id"], "domain", heat["id"], roles["admin"]["id"])


def new_domain(name: str, *, id: str = "", description: str = "", enabled: bool = True) -> Document:
    return {
        "id": id or new_hex_id(),
        "name": name,
        "description": description,
        "enabled": enabled,
        "tags": [],
        "options": {},
    }


def new_project(
    name: str,
    *,
    domain_id: str = DEFAULT_DOMAIN,
    description: str = "",
    enabled: bool = True,
    parent_id: str | None = None,
    tags: tuple[str, ...] = (),
) -> Document:
    return {
        "id": new_hex_id(),
        "name": name,
        "domain_id": domain_id,
        "description": description,
        "enabled": enabled,
        "parent_id": parent_id or domain_id,
        "is_domain": False,
        "tags": list(tags),
        "options": {},
    }


def new_user(
    name: str, *, password: str | None, domain_id: str = DEFAULT_DOMAIN, enabled: bool = True, **more: object
) -> Document:
    user: Document = {
        "id": new_hex_id(),
        "name": name,
        "domain_id": domain_id,
        "enabled": enabled,
        "default_project_id": None,
        "password_expires_at": None,
        "options": {},
        "_password": passwords.hashed(password) if password else "",
    }
    user.update(more)
    return user


def new_role(name: str, *, domain_id: str | None = None, description: str | None = None) -> Document:
    return {"id": new_hex_id(), "name": name, "domain_id": domain_id, "description": description, "options": {}}
