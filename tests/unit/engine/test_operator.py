"""What the operator gives to every stack."""

from __future__ import annotations

import logging

import pytest

from heat_mq.engine.operator import operator_registry, use_load_balancer_template
from heat_mq.errors import BadConfiguration
from heat_mq.resources.implementation import find_implementation
from heat_mq.resources.types.aws.load_balancer.load_balancer import LoadBalancer
from heat_mq.template import DEFAULT_LIMITS, Environment

HOT = "heat_template_version: 2018-08-31\nparameters: {size: {type: number}}\n"


@pytest.fixture
def read(tmp_path):
    """Reads environments, given by name."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "mine.yaml").write_text(HOT)

    def read(**files):
        folder = tmp_path / "environment.d"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text)
        return operator_registry(str(folder), str(tmp_path / "templates"), DEFAULT_LIMITS)

    return read


def test_a_directory_that_is_not_there_gives_nothing(tmp_path):
    assert not operator_registry(str(tmp_path / "none"), str(tmp_path), DEFAULT_LIMITS).entries


def test_all_files_count_in_order_of_their_names(read):
    registry = read(
        b="resource_registry: {'A::X': OS::Heat::Value}",
        a='{"resource_registry": {"A::X": "OS::Heat::None", "A::Y": "OS::Heat::None"}}',
    )
    assert registry.resolve("A::X").type == "OS::Heat::Value"
    assert registry.resolve("A::Y").type == "OS::Heat::None"


def test_a_template_of_the_operator_serves_a_type_though_no_request_brings_it(read, tmp_path):
    path = tmp_path / "templates" / "mine.yaml"
    for name in ("mine.yaml", path.as_uri()):
        environment = Environment().over(read(a=f"resource_registry: {{'A::X': '{name}'}}"))
        for where in (environment, environment.child("nested")):
            found = find_implementation(where, {}, "A::X", "r")
            assert list(found.cls.Properties.props) == ["size"]


def test_a_user_s_mapping_comes_before_the_operator_s(read):
    user = Environment.parse({"resource_registry": {"A::X": "OS::Heat::None"}})
    assert find_implementation(user.over(read(a="resource_registry: {'A::X': mine.yaml}")), {}, "A::X", "r").name


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("resource_registry:\n  A: [1]\n", 2),
        ("resource_registry:\n  A: {\n", 2),
        ("resource_registry: {}\nparameter: {}\n", 2),
        ("resource_registry:\n  resources: {a: {hooks: pre-creat}}\n", None),
    ],
)
def test_a_broken_file_is_a_bad_configuration_that_names_file_and_line(read, text, line):
    with pytest.raises(BadConfiguration) as caught:
        read(**{"broken.yaml": text})
    assert "environment.d/broken.yaml" in caught.value.message
    if line:
        assert f"line {line}" in caught.value.message


def test_a_template_that_is_not_there_is_a_bad_configuration(read):
    with pytest.raises(BadConfiguration, match=r"none\.yaml.*No such file"):
        read(a="resource_registry: {'A::X': none.yaml}")


def test_sections_without_effect_are_told_in_the_log(read, caplog):
    with caplog.at_level(logging.WARNING):
        read(a="parameter_defaults: {size: 1}\nresource_registry: {}\n")
    assert "parameter_defaults has no effect" in caplog.text


# --- the template of load balancers -------------------------------------------------------------

BALANCER = """
AWSTemplateFormatVersion: '2010-09-09'
Parameters: {KeyName: {Type: String, Default: mine}}
Resources:
  LB_instance:
    Type: AWS::EC2::Instance
    Metadata: {"AWS::CloudFormation::Init": {config: {files: {/etc/motd: {content: hello}}}}}
    Properties: {ImageId: cirros, InstanceType: m1.tiny, KeyName: {Ref: KeyName}}
Outputs: {PublicIp: {Value: {"Fn::GetAtt": [LB_instance, PublicIp]}}}
"""


@pytest.fixture
def use(tmp_path):
    def use(text):
        (tmp_path / "balancer.yaml").write_text(text)
        use_load_balancer_template(str(tmp_path / "balancer.yaml"), DEFAULT_LIMITS)

    yield use
    use_load_balancer_template(None, DEFAULT_LIMITS)


def test_load_balancers_are_made_of_the_operators_template(use):
    use(BALANCER)
    child = LoadBalancer.preview_child({"AvailabilityZones": ["nova"], "Listeners": [], "SecurityGroups": ["web"]})
    files = child["template"]["Resources"]["LB_instance"]["Metadata"]["AWS::CloudFormation::Init"]["config"]["files"]
    assert sorted(files) == ["/etc/haproxy/haproxy.cfg", "/etc/motd"]
    assert (child["parameters"], child["inherits"]) == ({}, ["KeyName"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("heat_template_version: 2021-04-16\n", r"LB_instance has no files"),
        (BALANCER.replace("PublicIp: {", "Address: {"), "no output PublicIp"),
        ("heat_template_version: {\n", "line 1"),
    ],
)
def test_a_template_that_is_none_for_load_balancers_is_a_bad_configuration_that_names_the_file(use, text, wrong):
    with pytest.raises(BadConfiguration, match=rf"(?s)loadbalancer_template: .*balancer\.yaml.*{wrong}"):
        use(text)


def test_a_template_for_load_balancers_that_is_not_there_is_a_bad_configuration(tmp_path):
    with pytest.raises(BadConfiguration, match=r"none\.yaml cannot be read: No such file"):
        use_load_balancer_template(str(tmp_path / "none.yaml"), DEFAULT_LIMITS)
