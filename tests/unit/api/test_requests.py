"""What the engine is asked for each request."""

from __future__ import annotations

import pytest

from tests.unit.api.fakes import IDENTITY, PROJECT, STACK_ID, Api, stack

STACK_PATH = f"/stacks/s1/{STACK_ID}"
TEXT = "heat_template_version: 2021-04-16\nresources:\n  a: {type: OS::Heat::None}\n"


def test_template_text_is_passed_on_unread_so_that_positions_stay_true(api: Api):
    broken = "resources:\n  a: [1,\n"
    api("POST /stacks", {"stack_name": "s1", "template": broken})
    assert api.engine.last[1]["template"] == broken


def test_create_passes_on_everything_a_client_may_say(api: Api):
    body = {
        "stack_name": "s1",
        "template": TEXT,
        "parameters": {"b": 2},
        "environment": {"parameters": {"a": 1, "b": 1}, "resource_registry": {"My::T": "t.yaml"}},
        "environment_files": ["env.yaml"],
        "files": {"t.yaml": "x", "env.yaml": "{}"},
        "files_container": "box",
        "disable_rollback": "false",
        "timeout_mins": "30",
        "tags": "x,y z",
        "ignored": 1,
    }
    assert api("POST /stacks", body).status_code == 201
    method, arguments = api.engine.last
    assert method == "create_stack"
    assert arguments == {
        "stack_name": "s1",
        "template": TEXT,
        "params": {"parameters": {"a": 1, "b": 2}, "resource_registry": {"My::T": "t.yaml"}},
        "files": {"t.yaml": "x", "env.yaml": "{}"},
        "args": {"disable_rollback": False, "timeout_mins": 30, "tags": ["x", "y z"]},
        "environment_files": ["env.yaml"],
        "files_container": "box",
    }


def test_a_new_stack_is_not_rolled_back_unless_asked_and_zero_minutes_is_no_timeout(api: Api):
    api("POST /stacks", {"stack_name": "s1", "template": TEXT, "timeout_mins": 0})
    assert api.engine.last[1]["args"] == {"disable_rollback": True}


def test_an_adopted_stacks_template_comes_with_its_data(api: Api):
    data = '{"template": {"heat_template_version": "2021-04-16"}, "name": "old"}'
    api("POST /stacks", {"stack_name": "s1", "adopt_stack_data": data})
    arguments = api.engine.last[1]
    assert arguments["template"] == {"heat_template_version": "2021-04-16"}
    assert arguments["args"]["adopt_stack_data"]["name"] == "old"


def test_put_replaces_and_says_nothing_of_tags_that_were_not_given(api: Api):
    api(f"PUT {STACK_PATH}", {"template": TEXT, "converge": True})
    method, arguments = api.engine.last
    assert (method, arguments["stack_identity"]) == ("update_stack", IDENTITY)
    assert arguments["args"] == {"converge": True}


def test_patch_merges_needs_no_template_and_may_clear_parameters(api: Api):
    api(f"PATCH {STACK_PATH}", {"clear_parameters": ["a"], "tags": "", "parameters": None})
    arguments = api.engine.last[1]
    assert arguments["template"] is None
    assert arguments["args"] == {"existing": True, "clear_parameters": ["a"], "tags": []}


def test_preview_of_an_update_may_walk_nested_stacks(api: Api):
    changes = {name: [] for name in ("unchanged", "updated", "replaced", "added", "deleted")}
    api.engine.answers["preview_update_stack"] = changes
    api(f"PATCH {STACK_PATH}/preview?show_nested=True", {})
    assert api.engine.last[1]["args"] == {"existing": True, "clear_parameters": [], "show_nested": True}


def test_a_preview_is_shown_with_its_resources(api: Api):
    api.engine.answers["preview_stack"] = stack(resources=[{"resource_name": "a"}], outputs=[])
    result = api("POST /stacks/preview", {"stack_name": "s1", "template": TEXT})
    assert result.json["stack"]["resources"] == [{"resource_name": "a"}]
    assert "stack_status" not in result.json["stack"]
    assert "outputs" not in result.json["stack"]


def test_validate_passes_on_codes_that_may_be_ignored(api: Api):
    api.engine.answers["validate_template"] = {"Description": "d", "Parameters": {}}
    result = api("POST /validate?ignore_errors=99001&show_nested=true", {"template": TEXT})
    assert result.json == {"Description": "d", "Parameters": {}}
    assert api.engine.last[1]["ignorable_errors"] == ["99001"]
    assert api.engine.last[1]["show_nested"] is True


def test_list_filters_go_under_the_engines_names_with_alternatives(api: Api):
    query = "name=a&stack_name=b&status=CREATE_COMPLETE&stack_status=FAILED&parent=p&stack_owner=me&unknown=1&id="
    api(f"GET /stacks?{query}")
    assert api.engine.last[1]["filters"] == {
        "name": ["a", "b"],
        "status": ["COMPLETE", "FAILED"],
        "action": ["CREATE"],
        "owner_id": ["p"],
        "username": ["me"],
    }


def test_list_passes_on_pages_order_and_tags(api: Api):
    query = "limit=5&marker=m&sort_keys=stack_name&sort_keys=creation_time&sort_dir=desc&tags=a,b&not_tags_any=c"
    api(f"GET /stacks?{query}&show_nested=true")
    arguments = api.engine.last[1]
    assert (arguments["limit"], arguments["marker"], arguments["sort_dir"]) == (5, "m", "desc")
    assert arguments["sort_keys"] == ["stack_name", "creation_time"]
    assert (arguments["tags"], arguments["not_tags_any"]) == (["a", "b"], ["c"])
    assert arguments["show_nested"] is True
    assert arguments["tenant_safe"] is True


def test_the_next_link_keeps_the_query_and_moves_the_marker(api: Api):
    result = api("GET /stacks?limit=1&marker=old&tags=a%2Cb")
    assert result.json["links"] == [
        {"rel": "next", "href": f"http://localhost/v1/{PROJECT}/stacks?limit=1&tags=a%2Cb&marker={STACK_ID}"}
    ]


def test_count_is_asked_with_the_same_choice_and_without_page(api: Api):
    result = api("GET /stacks?limit=1&with_count=true&name=a")
    method, arguments = api.engine.last
    assert result.json["count"] == 3
    assert (method, arguments["filters"]) == ("count_stacks", {"name": ["a"]})
    assert "limit" not in arguments


def test_a_stack_is_shown_with_parameters_as_text(api: Api):
    api.engine.answers["show_stack"] = stack(parameters={"n": 3, "l": ["a", "b"], "m": {"k": 1}, "b": True, "s": "t"})
    shown = api(f"GET {STACK_PATH}").json["stack"]["parameters"]
    assert shown == {"n": "3", "l": "a,b", "m": '{"k": 1}', "b": "True", "s": "t"}


def test_resources_may_be_filtered_by_combined_status(api: Api):
    api(f"GET {STACK_PATH}/resources?status=CREATE_FAILED&type=Nova&nested_depth=2")
    arguments = api.engine.last[1]
    assert arguments["filters"] == {"status": ["FAILED"], "action": ["CREATE"], "type": ["Nova"]}
    assert arguments["nested_depth"] == 2


def test_a_resource_that_owns_a_stack_links_to_it(api: Api):
    nested = {**IDENTITY, "stack_name": "s1-g-x", "stack_id": "n1"}
    base = api.engine.answers["describe_stack_resource"]
    api.engine.answers["describe_stack_resource"] = {**base, "nested_stack_id": nested, "parent_resource": "top"}
    shown = api(f"GET {STACK_PATH}/resources/v?with_attr=a&with_attr=b").json["resource"]
    assert api.engine.last[1]["with_attr"] == ["a", "b"]
    assert shown["parent_resource"] == "top"
    assert {link["rel"]: link["href"] for link in shown["links"]} == {
        "self": f"http://localhost/v1/{PROJECT}/stacks/s1/{STACK_ID}/resources/v",
        "stack": f"http://localhost/v1/{PROJECT}/stacks/s1/{STACK_ID}",
        "nested": f"http://localhost/v1/{PROJECT}/stacks/s1-g-x/n1",
    }


@pytest.mark.parametrize("body", [{"status": "SUCCESS"}, [1], "text", 0, None])
def test_a_signal_may_be_any_json(api: Api, body: object):
    raw = None if body is not None else b""
    result = api(f"POST {STACK_PATH}/resources/handle/signal", body, raw=raw)
    assert (result.status_code, result.json) == (200, None)
    assert api.engine.last[1]["details"] == body


def test_an_event_is_asked_for_by_id_and_resource(api: Api):
    shown = api(f"GET {STACK_PATH}/resources/v/events/e1").json["event"]
    assert api.engine.last[1]["filters"] == {"uuid": ["e1"], "resource_name": ["v"]}
    assert (shown["id"], shown["resource_type"]) == ("e1", "OS::Heat::Value")
    assert [link["rel"] for link in shown["links"]] == ["self", "resource", "stack"]


def test_the_end_of_a_resources_events_is_an_empty_page_not_an_error(api: Api):
    api.engine.answers["list_events"] = []
    result = api(f"GET {STACK_PATH}/resources/v/events?marker=last")
    assert (result.status_code, result.json) == (200, {"events": []})


def test_nested_events_link_to_the_root_stack(api: Api):
    [event] = api.engine.answers["list_events"]
    api.engine.answers["list_events"] = [{**event, "root_stack_id": IDENTITY}]
    [shown] = api(f"GET {STACK_PATH}/events?nested_depth=2").json["events"]
    assert [link["rel"] for link in shown["links"]][-1] == "root_stack"


def test_names_in_links_are_quoted_and_names_in_paths_are_unquoted(api: Api):
    api(f"GET /stacks/s1/{STACK_ID}/resources/a%20b")
    assert api.engine.last[1]["resource_name"] == "a b"
    api.engine.answers["identify_stack"] = {**IDENTITY, "stack_name": "ü"}
    assert "/stacks/%C3%BC/" in api("GET /stacks/%C3%BC").headers["location"]


@pytest.mark.parametrize("name", ["detail", "preview"])
def test_a_stack_may_bear_the_name_of_a_collection(api: Api, name: str):
    result = api(f"PUT /stacks/{name}")
    assert result.status_code == 302
    assert api.engine.last == ("identify_stack", {"stack_name": name})


def test_an_arn_redirects_without_asking_the_engine(api: Api):
    result = api(f"DELETE /stacks/arn%3Aopenstack%3Aheat%3A%3A{PROJECT}%3Astacks%2Fs1%2F{STACK_ID}")
    assert result.headers["location"] == f"http://localhost/v1/{PROJECT}/stacks/s1/{STACK_ID}"
    assert api.engine.calls == []


def test_an_arn_of_another_project_is_forbidden(api: Api):
    assert api("GET /stacks/arn:openstack:heat::p2:stacks/s1/x").status_code == 403


def test_links_follow_the_proxy_that_the_client_came_through(api: Api):
    api.conf.set_override("enable_proxy_headers_parsing", True, "oslo_middleware")
    result = api("GET /stacks/s1", X_Forwarded_Proto="https", X_Forwarded_Host="cloud.example")
    assert result.headers["location"].startswith("https://cloud.example/v1/")
