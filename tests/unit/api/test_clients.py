"""The stock clients against the real application over HTTP: python-heatclient and openstacksdk."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from keystoneauth1 import session, token_endpoint

from heat_mq.concurrency import serve_wsgi
from tests.unit.api.fakes import IDENTITY, PROJECT, STACK_ID, Api, stack

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import heatclient.exc
    import openstack.connection
    from heatclient import client as heatclient_client

# What these clients say about their own future is not this project's.
pytestmark = pytest.mark.filterwarnings("ignore::openstack.warnings._RemovedInSDKWarning")

TEMPLATE = {"heat_template_version": "2021-04-16"}


@pytest.fixture
def url(api: Api) -> Iterator[str]:
    server = serve_wsgi(api.app, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}/v1/{PROJECT}"
    server.stop()
    assert server.wait(60)


@pytest.fixture
def heat(url: str) -> Iterator[Any]:
    auth_session = session.Session(token_endpoint.Token(url, "good"))
    yield heatclient_client.Client("1", session=auth_session, endpoint_override=url)
    auth_session.session.close() if auth_session._session else None


@pytest.fixture
def sdk(url: str) -> Iterator[Any]:
    connection = openstack.connection.Connection(
        auth_type="admin_token", auth={"endpoint": url, "token": "good"}, orchestration_endpoint_override=url
    )
    yield connection.orchestration
    connection.close()


def test_heatclient_creates_shows_updates_and_deletes(api: Api, heat):
    created = heat.stacks.create(stack_name="s1", template=TEMPLATE, tags="a,b", environment={"parameters": {"p": 1}})
    assert created["stack"]["id"] == STACK_ID
    assert api.engine.last[1]["args"]["tags"] == ["a", "b"]

    shown = heat.stacks.get("s1")
    assert (shown.stack_status, shown.parent) == ("CREATE_COMPLETE", None)
    assert [name for name, _ in api.engine.calls[-2:]] == ["identify_stack", "show_stack"]

    heat.stacks.update("s1", template=TEMPLATE, existing=False)
    assert api.engine.last[0] == "update_stack"
    heat.stacks.update(f"s1/{STACK_ID}", existing=True, parameters={"p": 2})
    assert api.engine.last[1]["args"]["existing"] is True
    heat.stacks.delete("s1")
    assert api.engine.last == ("delete_stack", {"stack_identity": IDENTITY})


def test_heatclient_follows_redirects_to_every_part_of_a_stack(api: Api, heat):
    api.engine.answers.update(get_template=TEMPLATE, get_environment={"parameters": {}}, get_files={"f": "x"})
    assert heat.stacks.template("s1") == TEMPLATE
    assert heat.stacks.environment("s1") == {"parameters": {}}
    assert heat.stacks.files("s1") == {"f": "x"}
    [resource] = heat.resources.list("s1", nested_depth=2)
    assert resource.resource_status == "CREATE_COMPLETE"
    assert api.engine.last[1]["nested_depth"] == 2
    [event] = heat.events.list("s1")
    assert event.resource_status == "CREATE_COMPLETE"


def test_heatclient_shows_resources_events_and_outputs(api: Api, heat):
    api.engine.answers["show_output"] = {"output_key": "o", "description": "", "output_value": [1]}
    assert heat.resources.get("s1", "v").attributes == {"value": "x"}
    assert heat.resources.metadata("s1", "v") == {}
    heat.resources.signal("s1", "v", data={"a": 1})
    assert api.engine.last[1]["details"] == {"a": 1}
    assert heat.events.get("s1", "v", "e1").id == "e1"
    assert heat.stacks.output_show("s1", "o")["output"]["output_value"] == [1]


def test_heatclient_pages_through_a_list(api: Api, heat):
    pages = [stack(stack_name="a"), stack(stack_name="b")]
    calls = []

    def list_stacks(context, **arguments):
        calls.append(arguments["marker"])
        return [pages.pop(0)] if pages else []

    api.engine.list_stacks = list_stacks
    assert [found.stack_name for found in heat.stacks.list(limit=3)] == ["a", "b"]
    assert calls == [None, STACK_ID, STACK_ID]


def test_heatclient_knows_types_versions_and_previews(api: Api, heat):
    changes: dict[str, list[Any]] = {name: [] for name in ("unchanged", "updated", "replaced", "added", "deleted")}
    api.engine.answers.update(
        list_resource_types=["OS::Heat::None"],
        resource_schema={"resource_type": "OS::Heat::None"},
        generate_template=TEMPLATE,
        list_template_versions=[{"version": "heat_template_version.2021-04-16", "type": "hot", "aliases": []}],
        list_template_functions=[{"functions": "get_attr", "description": "d"}],
        preview_stack=stack(resources=[]),
        preview_update_stack=changes,
        validate_template={"Description": "d", "Parameters": {}},
    )
    assert [found.resource_type for found in heat.resource_types.list()] == ["OS::Heat::None"]
    assert heat.resource_types.get("OS::Heat::None")["resource_type"] == "OS::Heat::None"
    assert heat.resource_types.generate_template("OS::Heat::None", "hot") == TEMPLATE
    [version] = heat.template_versions.list()
    assert heat.template_versions.get(version.version)[0].functions == "get_attr"
    assert heat.stacks.preview(stack_name="s1", template=TEMPLATE).stack_name == "s1"
    assert heat.stacks.preview_update(f"s1/{STACK_ID}", template=TEMPLATE)["resource_changes"] == changes
    assert heat.stacks.validate(template=TEMPLATE)["Description"] == "d"
    assert heat.build_info.build_info()["engine"] == {"revision": "unknown"}


def test_heatclient_prints_the_engines_message(api: Api, heat):
    api.engine.refuse("StackValidationFailed", "resources.a.type: no such type (line 3, column 9)")
    with pytest.raises(heatclient.exc.HTTPBadRequest, match="line 3, column 9"):
        heat.stacks.create(stack_name="s1", template=TEMPLATE)


def test_a_long_body_is_answered_and_not_cut_off(heat):
    with pytest.raises(heatclient.exc.HTTPBadRequest, match="max_json_body_size"):
        heat.stacks.create(stack_name="s1", template={"description": "x" * 2_000_000})


def test_the_sdk_finds_creates_and_deletes(api: Api, sdk):
    created = sdk.create_stack(name="s1", template=TEMPLATE)
    assert created.id == STACK_ID
    found = sdk.find_stack("s1")
    assert (found.name, found.status) == ("s1", "CREATE_COMPLETE")
    assert [resource.name for resource in sdk.resources(found)] == ["v"]
    assert [listed.name for listed in sdk.stacks()] == ["s1"]
    sdk.delete_stack(found)
    assert api.engine.last[0] == "delete_stack"
