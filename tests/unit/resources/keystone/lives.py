"""The lives of Keystone's types."""

from __future__ import annotations

from tests.unit.resources.lives import Life, Make, Raw, id_of


def user(make: Make) -> Raw:
    project, group = make("OS::Keystone::Project"), make("OS::Keystone::Group")
    return {
        "name": "somebody",
        "domain": "default",
        "description": "Does the work",
        "enabled": False,
        "email": "somebody@example.org",
        "password": "something secret",
        "default_project": project,
        "groups": [group],
        "roles": [{"role": "member", "project": project}, {"role": "reader", "domain": "default"}],
    }


def assignment(kind: str) -> Life:
    def begin(make: Make) -> Raw:
        make(f"OS::Keystone::{kind.title()}", name="another")
        return {
            kind: make(f"OS::Keystone::{kind.title()}"),
            "roles": [{"role": "member", "project": "demo"}, {"role": "reader", "domain": "default"}],
        }

    return Life(
        f"OS::Keystone::{kind.title()}RoleAssignment",
        begin,
        {kind: "another", "roles": [{"role": "member", "project": "alt_demo"}]},
        can_be_gone=False,
    )


def endpoint(make: Make) -> Raw:
    make("OS::Keystone::Service", name="bakery", type="bread")
    return {
        "name": "place",
        "service": make("OS::Keystone::Service", type="cake"),
        "region": make("OS::Keystone::Region"),
        "interface": "public",
        "url": "http://127.0.0.1:1/v1/$(project_id)s",
        "enabled": False,
    }


LIVES = (
    Life(
        "OS::Keystone::Domain",
        lambda make: {"name": "realm", "description": "A realm", "enabled": True},
        {"name": "kingdom", "description": None, "enabled": False},
        shown={"name": "realm", "description": "A realm", "enabled": True},
        changed={"name": "kingdom", "description": "", "enabled": False},
    ),
    Life(
        "OS::Keystone::Project",
        lambda make: {
            "name": "work",
            "domain": "default",
            "description": "Work to do",
            "enabled": True,
            "parent": make("OS::Keystone::Project"),
            "tags": ["a", "b"],
        },
        {"name": "more work", "description": "Done", "enabled": False, "tags": ["c"]},
        {"parent": "demo"},
        shown={"name": "work", "description": "Work to do", "enabled": True, "tags": ["a", "b"]},
        changed={"name": "more work", "description": "Done", "enabled": False, "tags": ["c"]},
    ),
    Life(
        "OS::Keystone::Project",
        lambda make: {"name": "work", "domain": "default"},
        {"name": "more work"},
        {"domain": "heat"},
        shown={"name": "work", "domain_id": "default"},
        changed={"name": "more work"},
        variant="at the top of its domain",
    ),
    Life(
        "OS::Keystone::User",
        user,
        {
            "name": "another",
            "description": None,
            "enabled": True,
            "email": "another@example.org",
            "password": "quite another",
            "default_project": "demo",
            "groups": None,
            "roles": [{"role": "reader", "project": "demo"}],
        },
        {"domain": "heat"},
        shown={"name": "somebody", "description": "Does the work", "enabled": False, "email": "somebody@example.org"},
        changed={"name": "another", "description": "", "enabled": True, "email": "another@example.org"},
    ),
    Life(
        "OS::Keystone::Group",
        lambda make: {
            "name": "crowd",
            "domain": "default",
            "description": "Many",
            "roles": [{"role": "member", "project": "demo"}],
        },
        {"name": "few", "description": "Not many", "roles": [{"role": "reader", "domain": "default"}]},
        {"domain": "heat"},
        shown={"name": "crowd", "description": "Many"},
        changed={"name": "few", "description": "Not many"},
    ),
    Life(
        "OS::Keystone::Role",
        lambda make: {"name": "cook", "domain": make("OS::Keystone::Domain")},
        {"name": "baker"},
        {"domain": None},
        shown={"name": "cook", "description": ""},
        changed={"name": "baker"},
    ),
    Life(
        "OS::Keystone::Service",
        lambda make: {"name": "bakery", "type": "cake", "description": "Cakes", "enabled": False},
        {"name": "brewery", "type": "beer", "description": None, "enabled": True},
        shown={"name": "bakery", "type": "cake", "description": "Cakes", "enabled": False},
        changed={"name": "brewery", "type": "beer", "description": "", "enabled": True},
    ),
    Life(
        "OS::Keystone::Endpoint",
        endpoint,
        {
            "name": "site",
            "region": None,
            "service": "bakery",
            "interface": "internal",
            "url": "http://127.0.0.1:2",
            "enabled": True,
        },
        shown={"name": "place", "interface": "public", "enabled": False},
        changed={"name": "site", "interface": "internal", "url": "http://127.0.0.1:2", "region_id": None}
        | {"service_id": id_of("bakery"), "enabled": True},
    ),
    Life(
        "OS::Keystone::Region",
        lambda make: {
            "id": "north",
            "parent_region": make("OS::Keystone::Region"),
            "description": "Where it is cold",
            "enabled": True,
        },
        {"parent_region": "RegionOne", "description": "Warmer now", "enabled": False},
        {"id": None},
        shown={"id": "north", "description": "Where it is cold"},
        changed={"parent_region_id": "RegionOne", "description": "Warmer now", "enabled": False},
    ),
    assignment("user"),
    assignment("group"),
)
