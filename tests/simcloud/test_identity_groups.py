"""Groups, regions and endpoints of the simulated Keystone, as openstacksdk meets them."""

from __future__ import annotations

import pytest
from openstack import exceptions
from openstack.connection import Connection

from tests.simcloud.serving import Served


def test_a_member_of_a_group_has_its_roles(served: Served, admin: Connection):
    identity = admin.identity
    group = identity.create_group(name="crew", domain_id="default")
    user = identity.create_user(name="sailor", password="ahoy", domain_id="default")
    project, role = identity.find_project("demo"), identity.find_role("member")
    identity.assign_project_role_to_group(project, group, role)
    identity.add_user_to_group(user, group)
    assert [each.name for each in identity.group_users(group)] == ["sailor"]
    auth = served.auth("demo") | {"username": "sailor", "password": "ahoy"}
    sailor = served.connect(**auth)
    assert sailor.session.auth.get_access(sailor.session).role_names == ["member", "reader"]
    effective = identity.get(f"/role_assignments?effective&user.id={user.id}").json()["role_assignments"]
    assert {each["user"]["id"] for each in effective} == {user.id}
    assert len(effective) == 2
    (given,) = identity.get(f"/role_assignments?group.id={group.id}&include_names").json()["role_assignments"]
    assert (given["group"]["name"], given["scope"]["project"]["name"]) == ("crew", "demo")
    identity.remove_user_from_group(user, group)
    with pytest.raises(exceptions.SDKException):
        served.connect(**auth).authorize()
    identity.delete_group(group)
    assert identity.get(f"/role_assignments?group.id={group.id}").json()["role_assignments"] == []


def test_what_keystone_refuses_is_refused(admin: Connection):
    identity = admin.identity
    group = identity.create_group(name="crew", domain_id="default")
    with pytest.raises(exceptions.ConflictException):
        identity.create_group(name="crew", domain_id="default")
    heat = identity.find_domain("heat")
    assert identity.patch(f"/groups/{group.id}", json={"group": {"domain_id": heat.id}}).status_code == 400
    parent = identity.create_project(name="above", domain_id="default")
    identity.create_project(name="below", domain_id="default", parent_id=parent.id)
    assert identity.delete(f"/projects/{parent.id}").status_code == 403
    assert identity.patch(f"/projects/{parent.id}", json={"project": {"parent_id": "x"}}).status_code == 403


def test_regions_lie_in_each_other_and_stay_while_endpoints_are_there(admin: Connection):
    identity = admin.identity
    identity.create_region(id="north")
    identity.create_region(id="arctic", parent_region_id="north")
    circle = identity.patch("/regions/north", json={"region": {"parent_region_id": "arctic"}})
    assert circle.status_code == 400
    service = identity.create_service(name="bakery", type="cake")
    endpoint = identity.create_endpoint(
        service_id=service.id, interface="public", url="http://127.0.0.1", region_id="arctic"
    )
    assert identity.delete("/regions/north").status_code == 403
    identity.delete_endpoint(endpoint)
    identity.delete_region("north")
    assert "arctic" not in {each.id for each in identity.regions()}
    for wrong in ({"interface": "secret"}, {"region_id": "nowhere"}):
        wanted = {"service_id": service.id, "interface": "public", "url": "http://127.0.0.1", **wrong}
        assert identity.post("/endpoints", json={"endpoint": wanted}).status_code == 400
