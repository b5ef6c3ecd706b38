"""User data in each format."""

import base64
import configparser
import email
import json

import yaml
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.resources.types.nova import user_data

CFN = user_data.CfnTools("https://cloud:8000/v1/")
SCRIPT = "#!/bin/sh\necho \u00e9\n"


def parts(text):
    """File name to (subtype, content) of a built message."""
    message = email.message_from_string(text)
    assert message.is_multipart()
    return {
        part.get_filename(): (part.get_content_subtype(), part.get_payload(decode=True).decode())
        for part in message.get_payload()
    }


@given(st.text())
def test_raw_user_data_is_sent_unchanged(text):
    assert user_data.build(text, "RAW", metadata={"a": 1}, admin_user="me", cfn=CFN) == text


def test_the_cfn_tools_get_the_user_data_as_a_program_to_run():
    built = parts(user_data.build(SCRIPT, "HEAT_CFNTOOLS"))
    assert built["cfn-userdata"] == ("x-cfninitdata", SCRIPT)
    assert list(built) == ["cloud-config", "boothook.sh", "part-handler.py", "cfn-userdata", "run-userdata.sh"]


def test_the_cfn_tools_get_the_metadata_and_the_address_of_the_metadata_server():
    built = parts(user_data.build(SCRIPT, "HEAT_CFNTOOLS", metadata={"a": [1]}, cfn=CFN))
    assert json.loads(built["cfn-init-data"][1]) == {"a": [1]}
    assert built["cfn-metadata-server"] == ("x-cfninitdata", "https://cloud:8000/v1/")
    assert "is_secure = 1" in built["cfn-boto-cfg"][1]
    assert "cfn_region_endpoint = cloud" in built["cfn-boto-cfg"][1]
    assert "https_validate_certificates = 1" in built["cfn-boto-cfg"][1]
    assert "aws_access_key_id" not in built["cfn-boto-cfg"][1]


def test_the_cfn_tools_get_keys_where_the_server_has_some():
    cfn = user_data.CfnTools("http://cloud:8000/v1/", False, "access", "secret")
    boto = configparser.ConfigParser()
    boto.read_string(parts(user_data.build(SCRIPT, "HEAT_CFNTOOLS", cfn=cfn))["cfn-boto-cfg"][1])
    assert boto["Credentials"] == {
        "aws_host": "cloud",
        "aws_port": "8000",
        "aws_access_key_id": "access",
        "aws_secret_access_key": "secret",
    }
    assert boto["Boto"]["https_validate_certificates"] == boto["Boto"]["is_secure"] == "0"


def test_the_admin_user_stands_in_the_cloud_config():
    with_user = parts(user_data.build("", "HEAT_CFNTOOLS", admin_user="ada"))["cloud-config"][1]
    without = parts(user_data.build("", "HEAT_CFNTOOLS"))["cloud-config"][1]
    assert with_user.startswith("#cloud-config\n")
    assert yaml.safe_load(with_user)["user"] == "ada"
    assert "user" not in yaml.safe_load(without)


def test_software_config_has_no_part_of_the_cfn_tools():
    built = parts(user_data.build(SCRIPT, "SOFTWARE_CONFIG", metadata={"os-collect-config": {}}))
    assert list(built) == ["cloud-config", "boothook.sh", "part-handler.py", "userdata", "cfn-init-data"]
    assert built["userdata"] == ("plain", SCRIPT)


def test_user_data_that_is_a_message_is_taken_apart():
    inner = user_data.build(SCRIPT, "SOFTWARE_CONFIG", metadata={"inner": True})
    built = email.message_from_string(user_data.build(inner, "SOFTWARE_CONFIG", metadata={"outer": True}))
    names = [part.get_filename() for part in built.get_payload()]
    assert names.count("userdata") == 1
    assert [part.is_multipart() for part in built.get_payload()] == [False] * len(names)
    contents = [part.get_payload(decode=True).decode() for part in built.get_payload()]
    assert SCRIPT in contents


def test_ignition_gets_the_metadata_as_a_file():
    config = {"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": "/etc/motd"}]}}
    merged = json.loads(user_data.build(json.dumps(config), "SOFTWARE_CONFIG", metadata={"a": "b"}))
    first, added = merged["storage"]["files"]
    assert first == {"path": "/etc/motd"}
    assert added["path"] == "/var/lib/heat-cfntools/cfn-init-data"
    source = added["contents"]["source"].removeprefix("data:;base64,")
    assert json.loads(base64.b64decode(source)) == {"a": "b"}
    assert "filesystem" not in added


def test_old_ignition_is_told_the_file_system():
    config = {"ignition": {"version": "2.2.0"}}
    merged = json.loads(user_data.build(json.dumps(config), "SOFTWARE_CONFIG", metadata={"a": "b"}))
    assert merged["storage"]["files"][0]["filesystem"] == "root"


@given(st.text(), st.sampled_from(["HEAT_CFNTOOLS", "SOFTWARE_CONFIG"]))
def test_the_same_input_always_gives_the_same_text(text, format):
    assert user_data.build(text, format, metadata={"b": 1, "a": 2}) == user_data.build(
        text, format, metadata={"a": 2, "b": 1}
    )


def test_the_part_handler_puts_files_where_the_tools_look(tmp_path):
    source = parts(user_data.build("", "HEAT_CFNTOOLS"))["part-handler.py"][1]
    namespace = {}
    exec(source.replace("/var/lib/heat-cfntools", str(tmp_path / "tools")), namespace)
    assert namespace["list_types"]() == ["text/x-cfninitdata"]
    namespace["handle_part"](None, "__begin__", None, None)
    namespace["handle_part"](None, "text/x-cfninitdata", "../cfn-init-data", "{}")
    written = tmp_path / "tools" / "cfn-init-data"
    assert written.read_text() == "{}"
    assert written.stat().st_mode & 0o777 == 0o600
