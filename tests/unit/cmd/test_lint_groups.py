"""What lint says of groups: their update policies, and the members of those that are empty."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml

from heat_mq.cmd.lint import find_problems
from heat_mq.errors import Problem

GROUP: dict[str, Any] = {
    "type": "OS::Heat::ResourceGroup",
    "properties": {"count": 2, "resource_def": {"type": "OS::Heat::RandomString"}},
}


def problems_of(tmp_path: pathlib.Path, resource: dict[str, Any], **parameters: Any) -> list[Problem]:
    template = {"heat_template_version": "2016-10-14", "parameters": parameters, "resources": {"g": resource}}
    path = tmp_path / "template.yaml"
    path.write_text(yaml.safe_dump({key: value for key, value in template.items() if value}))
    return find_problems(path, [])


@pytest.mark.parametrize(
    ("policy", "path", "suggestion"),
    [
        ({"rolling_updates": {}}, "resources.g.update_policy.rolling_updates", "rolling_update"),
        (
            {"rolling_update": {"max_batchsize": 1}},
            "resources.g.update_policy.rolling_update.max_batchsize",
            "max_batch_size",
        ),
        ({"rolling_update": {"max_batch_size": "many"}}, "resources.g.update_policy.rolling_update.max_batch_size", ""),
        ({"rolling_update": {"max_batch_size": 0}}, "resources.g.update_policy.rolling_update.max_batch_size", ""),
        ({"batch_create": 3}, "resources.g.update_policy.batch_create", ""),
    ],
)
def test_an_update_policy_is_checked_like_properties(
    tmp_path: pathlib.Path, policy: dict[str, Any], path: str, suggestion: str
) -> None:
    (problem,) = problems_of(tmp_path, {**GROUP, "update_policy": policy})
    assert (problem.severity, problem.path, problem.suggestion) == ("error", path, suggestion)
    assert problem.line is not None


def test_a_type_without_an_update_policy_takes_none(tmp_path: pathlib.Path) -> None:
    resource = {"type": "OS::Heat::RandomString", "update_policy": {"rolling_update": {}}}
    (problem,) = problems_of(tmp_path, resource)
    assert problem.path == "resources.g.update_policy.rolling_update"


def test_policies_that_hold_or_are_not_known_have_no_problem(tmp_path: pathlib.Path) -> None:
    policy = {"rolling_update": {"max_batch_size": 2, "min_in_service": 1, "pause_time": 0.5}, "batch_create": {}}
    assert problems_of(tmp_path, {**GROUP, "update_policy": policy}) == []
    policy = {"rolling_update": {"max_batch_size": {"get_param": "size"}}}
    found = problems_of(tmp_path, {**GROUP, "update_policy": policy}, size={"type": "number"})
    assert [problem.severity for problem in found] == ["warning"]


@pytest.mark.parametrize(
    "resource",
    [
        {
            "type": "OS::Heat::AutoScalingGroup",
            "properties": {"min_size": 0, "max_size": 2, "resource": {"type": "OS::Heat::RandomStrin"}},
        },
        {
            "type": "OS::Heat::ResourceGroup",
            "properties": {"count": 0, "resource_def": {"type": "OS::Heat::RandomStrin"}},
        },
        {"type": "OS::Heat::ResourceChain", "properties": {"resources": ["OS::Heat::RandomStrin"]}},
    ],
)
def test_a_wrong_member_is_told_also_of_an_empty_group(tmp_path: pathlib.Path, resource: dict[str, Any]) -> None:
    (problem,) = problems_of(tmp_path, resource)
    assert "OS::Heat::RandomStrin" in problem.message
    assert problem.suggestion == "OS::Heat::RandomString"


def test_the_pause_of_a_cloudformation_group_is_a_duration(tmp_path: pathlib.Path) -> None:
    resource = {
        "type": "OS::Heat::InstanceGroup",
        "properties": {"AvailabilityZones": [], "LaunchConfigurationName": "conf", "Size": 1},
        "update_policy": {"RollingUpdate": {"PauseTime": "10 seconds"}},
    }
    (problem,) = problems_of(tmp_path, resource)
    assert problem.path == "resources.g.update_policy.RollingUpdate.PauseTime"
    assert "PT#H#M#S" in problem.message


def test_a_policy_may_wait_for_a_parameter_and_not_for_a_resource(tmp_path: pathlib.Path) -> None:
    policy = {"rolling_update": {"max_batch_size": {"get_attr": ["g", "refs", 0]}}}
    other = {**GROUP, "update_policy": policy}
    assert [problem.path for problem in problems_of(tmp_path, other) if "depend on resources" in problem.message] == [
        "resources.g.update_policy"
    ]
    inner = {"heat_template_version": "2016-10-14", "parameters": {"size": {"type": "number"}}}
    held = {**GROUP, "update_policy": {"rolling_update": {"max_batch_size": {"get_param": "size"}}}}
    (tmp_path / "inner.yaml").write_text(yaml.safe_dump({**inner, "resources": {"g": held}}))
    resource = {"type": "inner.yaml", "properties": {"size": {"get_attr": ["x", "value"]}}}
    template = {
        "heat_template_version": "2016-10-14",
        "resources": {"x": {"type": "OS::Heat::Value", "properties": {"value": 1}}, "n": resource},
    }
    (tmp_path / "outer.yaml").write_text(yaml.safe_dump(template))
    assert find_problems(tmp_path / "outer.yaml", []) == []
