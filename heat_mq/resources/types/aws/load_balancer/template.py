"""The template of the nested stack: the built-in one, or the operator's in its place.

A template has a resource ``LB_instance`` whose metadata for the cfn tools holds the file
``/etc/haproxy/haproxy.cfg``, where the configuration is put, and an output ``PublicIp``. Of its parameters
``SecurityGroups`` and ``AvailabilityZone`` come from the properties, others from parameters of the stack by the same
names.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

SERVER: Final = "LB_instance"
FILE: Final = "/etc/haproxy/haproxy.cfg"
ADDRESS: Final = "PublicIp"

_CREDENTIALS: Final = "AWSAccessKeyId=$key\nAWSSecretKey=$secret\n"
_HUP: Final = """\
[main]
stack=$stack
credential-file=/etc/cfn/cfn-credentials
interval=1
"""
_HOOK: Final = f"""\
[haproxy]
triggers=post.update
path=Resources.{SERVER}.Metadata
action=/opt/aws/bin/cfn-init -s $stack -r {SERVER} && systemctl reload haproxy.service
runas=root
"""
_BOOT: Final = f"""\
#!/bin/sh
/opt/aws/bin/cfn-init -s $stack -r {SERVER} || exit 1
echo '* * * * * root /opt/aws/bin/cfn-hup -f' >/etc/cron.d/cfn-hup
"""


def _filled(text: str, **values: Any) -> dict[str, Any]:
    return {"str_replace": {"template": text, "params": {f"${name}": value for name, value in values.items()}}}


_PLACE: Final = {"stack": {"get_param": "OS::stack_name"}}


def _if_given(name: str) -> dict[str, Any]:
    """The value of a parameter; without one the property is left out."""
    return {"if": [{"not": {"equals": [{"get_param": name}, ""]}}, {"get_param": name}]}


BUILT_IN: Final[Mapping[str, Any]] = {
    "heat_template_version": "2021-04-16",
    "description": "A server that runs HAProxy.",
    "parameters": {
        "LbImageId": {
            "type": "string",
            "description": "Image of the server, with the cfn tools.",
            "default": "Fedora-Cloud-Base-cfntools",
        },
        "LbFlavor": {"type": "string", "description": "Flavor of the server.", "default": "m1.small"},
        "KeyName": {"type": "string", "description": "Key pair to log in with.", "default": ""},
        "SecurityGroups": {"type": "comma_delimited_list", "description": "Names of its security groups."},
        "AvailabilityZone": {"type": "string", "description": "Where the server is.", "default": ""},
    },
    "resources": {
        "reader": {"type": "AWS::IAM::User"},
        "key": {"type": "AWS::IAM::AccessKey", "properties": {"UserName": {"get_resource": "reader"}}},
        SERVER: {
            "type": "AWS::EC2::Instance",
            "metadata": {
                "AWS::CloudFormation::Init": {
                    "config": {
                        "packages": {"yum": {"haproxy": [], "cronie": []}},
                        "services": {
                            "systemd": {
                                "haproxy": {"enabled": "true", "ensureRunning": "true", "files": [FILE]},
                                "crond": {"enabled": "true", "ensureRunning": "true"},
                            }
                        },
                        "files": {
                            "/etc/cfn/cfn-credentials": {
                                "content": _filled(
                                    _CREDENTIALS,
                                    key={"get_resource": "key"},
                                    secret={"get_attr": ["key", "SecretAccessKey"]},
                                ),
                                "mode": "000400",
                                "owner": "root",
                                "group": "root",
                            },
                            "/etc/cfn/cfn-hup.conf": {
                                "content": _filled(_HUP, **_PLACE),
                                "mode": "000400",
                                "owner": "root",
                                "group": "root",
                            },
                            "/etc/cfn/hooks.conf": {
                                "content": _filled(_HOOK, **_PLACE),
                                "mode": "000400",
                                "owner": "root",
                                "group": "root",
                            },
                            FILE: {"content": "", "mode": "000644", "owner": "root", "group": "root"},
                        },
                    }
                }
            },
            "properties": {
                "ImageId": {"get_param": "LbImageId"},
                "InstanceType": {"get_param": "LbFlavor"},
                "KeyName": _if_given("KeyName"),
                "AvailabilityZone": _if_given("AvailabilityZone"),
                "SecurityGroups": {"get_param": "SecurityGroups"},
                "UserData": _filled(_BOOT, **_PLACE),
            },
        },
    },
    "outputs": {ADDRESS: {"value": {"get_attr": [SERVER, "PublicIp"]}}},
}

_chosen: Mapping[str, Any] = BUILT_IN


def choose_template(template: Mapping[str, Any] | None) -> None:
    """The template of every load balancer from now on, None for the built-in one.

    Set once, when a process starts. Raises ValueError with what it lacks.
    """
    global _chosen
    if template is not None:
        if not isinstance(_files_of(template), dict):
            raise ValueError(f"the metadata AWS::CloudFormation::Init of {SERVER} has no files, so none for {FILE}")
        if ADDRESS not in (_section(template, "outputs") or {}):
            raise ValueError(f"there is no output {ADDRESS}")
    _chosen = BUILT_IN if template is None else template


def with_configuration(text: str) -> dict[str, Any]:
    """The template with the text of HAProxy's configuration in its place."""
    template = copy.deepcopy(dict(_chosen))
    files = _files_of(template)
    files[FILE] = {**files.get(FILE, {}), "content": text}
    return template


def parameter_names() -> frozenset[str]:
    """The parameters that the template declares."""
    return frozenset(_section(_chosen, "parameters") or {})


def _section(tree: Any, name: str) -> Any:
    """A part of a template by its HOT name; CloudFormation's is the same with a capital."""
    return tree.get(name, tree.get(name.capitalize())) if isinstance(tree, Mapping) else None


def _files_of(template: Mapping[str, Any]) -> Any:
    server = (_section(template, "resources") or {}).get(SERVER)
    found = _section(server, "metadata")
    for key in ("AWS::CloudFormation::Init", "config", "files"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
