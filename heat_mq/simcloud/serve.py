"""The files that whoever serves a simulated cloud leaves in its state directory.

``openrc`` (demo, a member of project demo), ``openrc.admin``, and ``heat_mq.conf``: a configuration
of heat_mq against this cloud, complete but for database and transport. They hold passwords, so only
their owner may read them.
"""

from __future__ import annotations

import dataclasses
import os
import shlex
from pathlib import Path

from heat_mq.simcloud.cloud import REGION, Cloud
from heat_mq.simcloud.identity.bootstrap import DEFAULT_DOMAIN, HEAT_DOMAIN, password_of
from heat_mq.simcloud.identity.service import Identity

DEFAULT_DOMAIN_NAME = "Default"
SERVICE_USER = "heat"
DOMAIN_ADMIN = "heat_domain_admin"


@dataclasses.dataclass(frozen=True, slots=True)
class Files:
    """Where the files are."""

    openrc: Path
    openrc_admin: Path
    conf: Path


def write_files(cloud: Cloud, state_dir: Path) -> Files:
    """Write the three files, replacing those of an earlier start; OSError when that is not possible."""
    state_dir.mkdir(parents=True, exist_ok=True)
    files = Files(state_dir / "openrc", state_dir / "openrc.admin", state_dir / "heat_mq.conf")
    write_private(files.openrc, openrc(cloud, "demo", "demo"))
    write_private(files.openrc_admin, openrc(cloud, "admin", "admin"))
    write_private(files.conf, configuration(cloud))
    return files


def credentials(cloud: Cloud, user: str = "demo", project: str = "demo") -> dict[str, str]:
    """How a user of the seed logs in, by keystoneauth's names for the password method."""
    return {
        "auth_url": f"{cloud.base_url}/identity/v3",
        "username": user,
        "password": password_of(cloud.of(Identity), user),
        "user_domain_name": DEFAULT_DOMAIN_NAME,
        "project_name": project,
        "project_domain_name": DEFAULT_DOMAIN_NAME,
    }


def project_id(cloud: Cloud, name: str = "demo") -> str:
    """The id of a project of the seed."""
    return str(cloud.of(Identity).projects.where(name=name, domain_id=DEFAULT_DOMAIN)[0]["id"])


def openrc(cloud: Cloud, user: str, project: str) -> str:
    """A file to be sourced by a shell before the ``openstack`` client is used."""
    variables = {
        **{f"OS_{name.upper()}": value for name, value in credentials(cloud, user, project).items()},
        "OS_REGION_NAME": REGION,
        "OS_AUTH_TYPE": "password",
        "OS_IDENTITY_API_VERSION": "3",
    }
    lines = [
        f"# {user}, in project {project} of the simulated cloud at {cloud.base_url}",
        "unset OS_CLOUD OS_TOKEN OS_TRUST_ID OS_SYSTEM_SCOPE OS_USER_DOMAIN_ID OS_PROJECT_DOMAIN_ID OS_PROJECT_ID",
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
    ]
    return "\n".join(lines) + "\n"


def configuration(cloud: Cloud) -> str:
    """``heat_mq.conf`` by oslo.config's rules, with Heat's names."""
    service = {"auth_type": "password", **credentials(cloud, SERVICE_USER, "service")}
    sections = {
        "DEFAULT": {
            "stack_user_domain_name": HEAT_DOMAIN,
            "stack_domain_admin": DOMAIN_ADMIN,
            "stack_domain_admin_password": password_of(cloud.of(Identity), DOMAIN_ADMIN),
            "deferred_auth_method": "trusts",
            "auth_encryption_key": cloud.secret("auth_encryption_key"),
            "region_name_for_services": REGION,
        },
        "keystone_authtoken": {
            **service,
            "www_authenticate_uri": f"{cloud.base_url}/identity",
            "region_name": REGION,
            "service_token_roles": "service",
            "service_token_roles_required": "true",
        },
        # A trustee's login is scoped by the trust, so it names no project.
        "trustee": {key: value for key, value in service.items() if not key.startswith("project_")},
        "clients_keystone": {"auth_uri": service["auth_url"]},
    }
    lines = ["# How heat_mq uses the simulated cloud. Database and transport come from another --config-file."]
    for name, options in sections.items():
        lines += ["", f"[{name}]", *(f"{option} = {value}" for option, value in options.items())]
    return "\n".join(lines) + "\n"


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, so that nobody reads half of it, and only its owner reads it."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
