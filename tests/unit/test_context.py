from __future__ import annotations

import json

from oslo_context import context as oslo_context

from heat_mq.context import RequestContext


def someone(**fields: object) -> RequestContext:
    return RequestContext(
        user_id="u1",
        user_name="demo",
        project_id="p1",
        project_name="demo project",
        user_domain_id="default",
        project_domain_id="default",
        roles=["member", "reader"],
        auth_token="gAAAA-secret",
        trust_id="t1",
        region_name="RegionOne",
        service_catalog=[{"type": "compute", "endpoints": []}],
        **fields,
    )


def test_a_context_survives_the_wire() -> None:
    sent = someone()
    received = RequestContext.from_dict(json.loads(json.dumps(sent.to_dict())))
    assert received.to_dict() == sent.to_dict()
    assert received.auth_token == "gAAAA-secret"
    assert received.request_id == sent.request_id


def test_a_field_of_a_later_version_is_ignored() -> None:
    assert RequestContext.from_dict({"user": "u1", "shoe_size": 43}).user_id == "u1"


def test_no_log_value_holds_the_token() -> None:
    asked = someone()
    assert "gAAAA-secret" not in json.dumps(asked.get_logging_values())
    assert "gAAAA-secret" not in repr(asked)
    assert asked.get_logging_values()["request_id"] == asked.request_id


def test_making_a_context_leaves_the_current_one_alone() -> None:
    with someone().current() as first:
        someone()
        assert oslo_context.get_current() is first


def test_the_former_context_comes_back() -> None:
    with someone().current() as outer:
        with someone().current():
            pass
        assert oslo_context.get_current() is outer
    assert oslo_context.get_current() is not outer


def test_the_middleware_headers_become_an_identity() -> None:
    asked = RequestContext.from_environ(
        {
            "HTTP_X_AUTH_TOKEN": "secret",
            "HTTP_X_USER_ID": "u1",
            "HTTP_X_USER_NAME": "demo",
            "HTTP_X_PROJECT_ID": "p1",
            "HTTP_X_ROLES": "member, reader",
            "HTTP_X_SERVICE_CATALOG": '[{"type": "compute"}]',
            "openstack.request_id": "req-1",
        }
    )
    assert (asked.user_id, asked.project_id, asked.roles) == ("u1", "p1", ["member", "reader"])
    assert asked.service_catalog == [{"type": "compute"}]
    assert asked.request_id == "req-1"
