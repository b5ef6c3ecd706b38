"""What is peculiar to Keystone's types."""

from __future__ import annotations

import pytest

from heat_mq.clients.credentials import PasswordCredential
from heat_mq.errors import CloudConflict, CloudError, InvalidTemplate
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.keystone.group import Group
from heat_mq.resources.types.keystone.project import Project
from heat_mq.resources.types.keystone.role_assignment import GroupRoleAssignment, UserRoleAssignment
from heat_mq.resources.types.keystone.user import User
from tests.unit.resources.deaths import deaths_of


@pytest.fixture
def admin(cloud_of, cloud_clock):
    return Driver(cloud_of("admin"), cloud_clock)


def roles_of(driver: Driver, kind: str, id: str) -> set[str]:
    found = driver.cloud.identity.get("/role_assignments", query={f"{kind}.id": id, "include_names": ""})
    return {
        f"{each['role']['name']} {next(iter(each['scope'].values()))['name']}" for each in found["role_assignments"]
    }


def test_a_user_logs_in_with_its_password_and_the_roles_of_its_group(admin, clouds):
    group = admin.create(Group, "group", {"roles": [{"role": "member", "project": "demo"}]})
    user = admin.create(
        User, "user", {"name": "worker", "password": "first", "groups": [group.physical_id], "default_project": "demo"}
    )

    def roles(password: str) -> tuple[str, ...]:
        credential = PasswordCredential(
            password=password,
            username="worker",
            user_domain_id="default",
            project_name="demo",
            project_domain_id="default",
        )
        clouds.forget(credential)
        return clouds.cloud(credential).roles

    assert "member" in roles("first")
    admin.update(user, {"name": "worker", "password": "second", "groups": [group.physical_id]})
    assert "member" in roles("second")
    with pytest.raises(CloudError):
        roles("first")


def test_a_name_that_is_taken_is_refused_and_the_other_object_left_alone(admin):
    theirs = admin.create(Project, "theirs", {"name": "work", "description": "Theirs"})
    with pytest.raises(CloudConflict, match="Duplicate entry"):
        admin.create(Project, "mine", {"name": "work"})
    with pytest.raises(CloudConflict):
        admin.create(Project, "mine", {"name": "work"}, lose=["create"])
    assert admin.read(theirs)["description"] == "Theirs"


def test_a_successor_has_the_name_of_a_project_that_waits_for_its_end(admin):
    old = admin.create(Project, "project", {"name": "work"})
    admin.run(old, "prepare_replace")
    new = admin.create(Project, "project", {"name": "work", "parent": "demo"})
    assert (admin.read(new)["name"], admin.read(old)["name"]) == ("work", old.physical_name)
    admin.delete(new)
    admin.run(old, "restore_replaced")
    assert admin.read(old)["name"] == "work"


def test_an_assignment_takes_away_what_it_gave_and_nothing_else(admin):
    user = admin.create(User, "user", {"roles": [{"role": "reader", "project": "demo"}]}).physical_id
    wanted = [{"role": "member", "project": "demo"}, {"role": "member", "domain": "default"}]
    record = admin.create(UserRoleAssignment, "roles", {"user": user, "roles": wanted}, lose=["check_create"])
    assert roles_of(admin, "user", user) == {"reader demo", "member demo", "member Default"}
    record = admin.update(record, {"user": user, "roles": wanted[:1]}, lose=["update"])
    assert roles_of(admin, "user", user) == {"reader demo", "member demo"}
    admin.delete(record)
    assert roles_of(admin, "user", user) == {"reader demo"}


def test_what_an_update_gave_before_it_failed_goes_with_the_assignment(admin):
    group = admin.create(Group, "group").physical_id
    record = admin.create(
        GroupRoleAssignment, "roles", {"group": group, "roles": [{"role": "member", "project": "demo"}]}
    )
    more = [{"role": "reader", "project": "demo"}, {"role": "0" * 32, "project": "demo"}]
    with pytest.raises(CloudError):
        admin.update(record, {"group": group, "roles": more})
    assert roles_of(admin, "group", group) == {"member demo", "reader demo"}
    admin.data[record.id]["given"] += [f"/projects/{'1' * 32}/groups/{group}/roles/{'0' * 32}"]
    admin.delete(record)
    assert roles_of(admin, "group", group) == set()


def test_what_an_update_gave_that_nobody_went_on_with_goes_with_the_assignment(admin):
    first, second = (admin.create(Group, name).physical_id for name in ("first", "second"))
    raw = {"group": first, "roles": [{"role": "member", "project": "demo"}]}
    more = {"group": second, "roles": [{"role": "reader", "project": "demo"}, {"role": "member", "project": "demo"}]}
    deaths = 0
    for worker, record in deaths_of(admin, lambda: admin.create(GroupRoleAssignment, "roles", raw), "identity"):
        worker.leave_update(record, more)
        admin.delete(record)
        assert (roles_of(admin, "group", first), roles_of(admin, "group", second)) == (set(), set())
        deaths += worker.died
    assert deaths == 3


def test_another_holder_gets_the_roles_and_the_first_loses_them(admin):
    first, second = (admin.create(User, name).physical_id for name in ("first", "second"))
    roles = [{"role": "member", "project": "demo"}]
    record = admin.create(UserRoleAssignment, "roles", {"user": first, "roles": roles})
    admin.update(record, {"user": second, "roles": roles})
    assert (roles_of(admin, "user", first), roles_of(admin, "user", second)) == (set(), {"member demo"})


def test_a_role_that_somebody_took_away_is_seen_to_be_missing(admin):
    raw = {"roles": [{"role": "member", "project": "demo"}, {"role": "reader", "project": "demo"}]}
    record = admin.create(User, "user", raw)
    assert admin.drift(record, raw) == set()
    role = admin.cloud.identity.find("role", "reader")
    project = admin.cloud.identity.find("project", "demo")
    admin.cloud.identity.delete(f"/projects/{project}/users/{record.physical_id}/roles/{role}")
    assert admin.drift(record, raw) == {"roles"}


@pytest.mark.parametrize(
    ("where", "text"),
    [({"project": "demo", "domain": "default"}, "cannot be used together"), ({}, "a project or a domain is needed")],
)
@pytest.mark.parametrize("cls", [User, Group, UserRoleAssignment, GroupRoleAssignment])
def test_a_role_is_held_in_one_place(admin, cls, where, text):
    holder = {} if cls in (User, Group) else {cls.holder: "demo"}
    with pytest.raises(InvalidTemplate, match=text):
        admin.create(cls, "thing", {**holder, "roles": [{"role": "member", **where}]})
