"""tempest.conf: how the tests log in, and what of the cloud they use."""

from __future__ import annotations

import argparse
import configparser
import os
import pathlib
import shutil

from tests.upstream.login import Login

#: Name of the argument, its default, what it is.
CHOICES = (
    ("image", "cirros", "image of the tests' servers"),
    ("flavor", "m1.small", "flavor of the tests' servers"),
    ("smaller-flavor", "m1.tiny", "another one"),
    ("network", "private-net", "network that the user may use"),
    ("subnet", "private-subnet", "subnet of it"),
    ("external-network", "public", "where floating IPs come from"),
)


def write(path: pathlib.Path, args: argparse.Namespace, user: Login, admin: Login, secret: str) -> None:
    """Write the file for the region of the user; ``secret`` is a login at another cloud, "" for none."""
    offered = user.services()
    if "orchestration" not in offered:
        raise SystemExit(f"the catalog has no orchestration service in region {user.region}")
    sections: dict[str, dict[str, object]] = {
        "auth": {
            "use_dynamic_credentials": True,
            "admin_username": admin.username,
            "admin_password": admin.password,
            "admin_project_name": admin.project,
            "admin_domain_name": admin.user_domain,
        },
        "identity": {"uri_v3": admin.auth_url, "auth_version": "v3", "region": user.region},
        "service_available": {
            "heat": True,
            "nova": "compute" in offered,
            "neutron": "network" in offered,
            "glance": "image" in offered,
            "cinder": bool({"block-storage", "volumev3"} & offered),
            "swift": "object-store" in offered,
        },
        "volume-feature-enabled": {"backup": True},
        "validation": {"run_validation": False},
        "heat_features_enabled": {"stack_cancel": True, "multi_cloud": bool(secret)},
        "heat_plugin": {
            "auth_url": user.auth_url,
            "username": user.username,
            "password": user.password,
            "project_name": user.project,
            "user_domain_name": user.user_domain,
            "project_domain_name": user.project_domain,
            "admin_username": admin.username,
            "admin_password": admin.password,
            "admin_project_name": admin.project,
            "region": user.region,
            "credential_secret_id": secret,
            "image_ref": args.image,
            "minimal_image_ref": args.image,
            "instance_type": args.flavor,
            "minimal_instance_type": args.smaller_flavor,
            "fixed_network_name": args.network,
            "network_for_ssh": args.network,
            "fixed_subnet_name": args.subnet,
            "floating_network_name": args.external_network,
            "build_interval": 1,
            "build_timeout": max(args.timeout - 60, 60),
            "hidden_stack_tag": "hidden",
            "volume_size": 1,
            "convergence_engine_enabled": True,
            "heat_config_notify_script": shutil.which("heat-config-notify") or "heat-config-notify",
        },
    }
    parser = configparser.RawConfigParser()
    for name, values in sections.items():
        parser[name] = {key: str(value) for key, value in values.items()}
    # It holds passwords.
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        parser.write(file)
