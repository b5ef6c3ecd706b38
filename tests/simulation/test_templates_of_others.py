"""Templates that other people wrote work as they are, as far as their types are here.

Which ones that is follows from the templates alone; one test shows what the others lack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from typing import Any

import pytest

from heat_mq.policies.resource_types import ADMIN_TYPES
from heat_mq.simcloud.identity.service import Identity
from heat_mq.simcloud.image.service import Image
from heat_mq.simcloud.store import new_id
from tests.simulation import corpus
from tests.simulation.stacks import live
from tests.simulation.whole import WholeWorld

IN_SCOPE = [name for name in corpus.templates() if not corpus.needs(name).missing]

#: Images that templates name without a parameter.
IMAGES = ("F17-x86_64-cfntools", "fedora-software-config", "ubuntu-software-config")
#: One that the cloud has beside its own, with the same services.
REGION = "RegionTwo"
#: What parameters get that have no default, or one that is not in this cloud, by their names. Braces name what
#: :func:`prepare` makes.
VALUES: Mapping[str, Any] = {
    **dict.fromkeys(("key", "key_name", "KeyName", "ssh_key_name"), "my_key"),
    **dict.fromkeys(("image", "Image", "image_id", "chef_image_name", "ubuntu_image", "fedora_image"), "cirros"),
    **dict.fromkeys(("flavor", "chef_flavor_name"), "m1.small"),
    **dict.fromkeys(("public_network", "public_net", "public_net_id"), "public"),
    **dict.fromkeys(("private_network", "network", "private_net_id", "net_id"), "private-net"),
    **dict.fromkeys(("private_subnet_id", "subnet_id"), "private-subnet"),
    **dict.fromkeys(("gmail_username", "database_name", "database_user", "prefix"), "somebody"),
    **dict.fromkeys(("gmail_password", "database_password", "admin_pass", "user_password"), "Secret7"),
    "mysql_server": "10.0.0.5",
    "servers": "10.0.0.6,10.0.0.7",
    "private_net_name": "inside",
    "private_net_cidr": "10.71.0.0/24",
    "private_net_gateway": "10.71.0.1",
    "private_net_pool_start": "10.71.0.10",
    "private_net_pool_end": "10.71.0.99",
    "port": "{port}",
    "instance_id": "{server}",
    "lengths": "8,16",
    "index": 1,
}
OF_KEYSTONE: Mapping[str, Any] = {
    **dict.fromkeys(("domain_name", "group_name", "project_name", "role_name", "user_name", "name"), "thing"),
    **dict.fromkeys(("group_description", "project_description", "user_description", "description"), "a thing"),
    **dict.fromkeys(("group_domain", "group_role_domain", "project_domain", "user_domain"), "default"),
    **dict.fromkeys(("group_role_project", "user_default_project"), "demo"),
    **dict.fromkeys(("project_enabled", "user_enabled"), True),
    "region": "RegionOne",
    "parent_region_id": "arctic",
    **dict.fromkeys(("public_url", "internal_url", "admin_url"), "http://127.0.0.1:1/v1"),
    "group_role": "member",
    "region_id": "north",
    "type": "bakery",
    "user_email": "somebody@example.org",
    "user_groups": "{group}",
}
#: Of nested templates, whose own default is in the past.
DEFAULTS = {"expiration": "2099-01-01T00:00:00"}
GIVEN = """
heat_template_version: 2021-04-16
resources:
  port: {type: OS::Neutron::Port, properties: {network: private-net}}
  server:
    type: OS::Nova::Server
    properties: {image: cirros, flavor: m1.tiny, networks: [{network: private-net}]}
outputs:
  port: {value: {get_resource: port}}
  server: {value: {get_resource: server}}
"""
GIVEN_BY_ADMIN = """
heat_template_version: 2021-04-16
resources:
  group: {type: OS::Keystone::Group}
outputs:
  group: {value: {get_resource: group}}
"""


def prepare(world: WholeWorld) -> dict[str, str]:
    """What templates expect to find in the cloud; answers ids by name."""
    identity, images = world.simulated.of(Identity), world.simulated.of(Image)
    with world.simulated.lock:
        for name in IMAGES:
            more = {"name": name, "visibility": "public", "disk_format": "qcow2", "container_format": "bare"}
            image = images.new(identity.projects.first(name="admin")["id"], **more)
            images.images.save({**image, "status": "active", "size": 1})
        identity.regions.save({"id": REGION, "description": "", "parent_region_id": None})
        for endpoint in list(identity.endpoints):
            identity.endpoints.save({**endpoint, "id": new_id(), "region": REGION, "region_id": REGION})
        identity.catalog_changed()
    found: dict[str, str] = {}
    for user, template in (("demo", GIVEN), ("admin", GIVEN_BY_ADMIN)):
        rest = world.log_in(user)
        assert rest.create("given", template).status_code == 201
        world.run()
        shown = rest.get("/stacks/given")
        found |= {each["output_key"]: each["output_value"] for each in shown["stack"]["outputs"]}
    return found


def values_of(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Values of the template's parameters."""
    known = {**VALUES, **OF_KEYSTONE} if "/keystone/" in name else VALUES
    wanted = {each: known[each] for each in corpus.parameters(name) if each in known}
    return {
        key: value.format(**given) if isinstance(value, str) and value.startswith("{") else value
        for key, value in wanted.items()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeWorld]:
    world = WholeWorld(tmp_path_factory.mktemp("whole"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def given(whole: WholeWorld) -> dict[str, str]:
    return prepare(whole)


@pytest.mark.parametrize("name", IN_SCOPE)
def test_a_template_is_made_and_leaves_nothing_behind(whole: WholeWorld, given: dict[str, str], name: str) -> None:
    needs = corpus.needs(name)
    admin = any(fnmatch(type_name, pattern) for type_name in needs.types for pattern in ADMIN_TYPES)
    environment = {**needs.environment, "parameter_defaults": DEFAULTS}
    request = {"files": needs.files, "environment": environment, "parameters": values_of(name, given)}
    live(whole, "admin" if admin else "demo", (corpus.TEMPLATES / name).read_text(), **request)


def test_every_template_of_the_tutorial_is_tried() -> None:
    """``pytest -rP`` shows what the others lack, a type or a file: the list grows shorter by itself."""
    others = {name: sorted(corpus.needs(name).missing) for name in corpus.templates() if name not in IN_SCOPE}
    print(f"{len(IN_SCOPE)} of {len(IN_SCOPE) + len(others)} templates are tried; the others lack")
    for name, missing in others.items():
        print(f"  {name}: {', '.join(missing)}")
    assert [name for name in others if name.startswith("tutorial/")] == []


def test_the_templates_of_others_keep_their_licence() -> None:
    assert [source for source in corpus.SOURCES if not (corpus.TEMPLATES / source / "LICENSE").is_file()] == []
