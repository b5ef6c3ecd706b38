"""Who asks, and as whom the engine acts: logins, trusts, the stack domain, the trustee."""

from __future__ import annotations

from typing import Any

from keystoneauth1 import loading
from oslo_config import cfg

DEFAULT = [
    cfg.StrOpt(
        "deferred_auth_method",
        default="trusts",
        choices=[("password", "the user's stored password"), ("trusts", "a trust that the user gives to the engine")],
        help="How the engine acts for a user after the request has ended.",
    ),
    cfg.ListOpt(
        "trusts_delegated_roles",
        default=[],
        help="Roles that users delegate to the engine. Empty: all that they have in the project.",
    ),
    cfg.BoolOpt("allow_trusts_redelegation", default=False, help="Let the engine pass a trust on to other services."),
    cfg.StrOpt("heat_stack_user_role", default="heat_stack_user", help="Role of the users that stacks create."),
    cfg.StrOpt("stack_user_domain_id", help="Id of the domain that users created by stacks live in."),
    cfg.StrOpt("stack_user_domain_name", help="Name of that domain, used when stack_user_domain_id is not set."),
    cfg.StrOpt("stack_domain_admin", help="Name of a user that administers the stack domain."),
    cfg.StrOpt("stack_domain_admin_password", secret=True, help="Password of stack_domain_admin."),
]

EC2 = [
    cfg.BoolOpt(
        "multi_cloud",
        default=False,
        help="Whether signed requests are checked by the Keystones of several clouds, in turn until one knows the key.",
    ),
    cfg.ListOpt(
        "clouds",
        default=[],
        help="Names of these clouds. Each has a group [ec2authtoken.NAME] with the options of this one.",
    ),
]

PASTE = [
    cfg.StrOpt(
        "flavor",
        help=(
            "How the orchestration API knows who asks. keystone (the same as unset): by tokens that Keystone proves; "
            "standalone: by a user and a password with each request, which Keystone proves; "
            "noauth: nobody is asked, every request is made as the user of [noauth]."
        ),
    ),
]

GROUPS = {"DEFAULT": DEFAULT, "ec2authtoken": EC2, "paste_deploy": PASTE}


def trustee_opts() -> list[cfg.Opt]:
    """``[trustee]``: how the engine itself logs in, by keystoneauth's names for the password method."""
    return [*loading.get_auth_common_conf_options(), *loading.get_auth_plugin_conf_options("password")]


def noauth_opts() -> list[cfg.Opt]:
    """``[noauth]``: the login that all requests are made with, by keystoneauth's names for the password method."""
    return trustee_opts()


def auth_url(conf: cfg.ConfigOpts) -> str:
    """Keystone's URL with its version, from [clients_keystone], [trustee] or [keystone_authtoken]."""
    found = (
        _option(conf, "clients_keystone", "auth_uri")
        or _option(conf, "trustee", "auth_url")
        or _option(conf, "keystone_authtoken", "auth_url")
        or _option(conf, "keystone_authtoken", "www_authenticate_uri")
        or ""
    )
    url = str(found).rstrip("/")
    return url if not url or url.endswith(("/v3", "/v2.0")) else f"{url}/v3"


def ec2_opts() -> list[cfg.Opt]:
    """``[ec2authtoken]``: how the CloudFormation-compatible API logs in to ask Keystone about signatures.

    Unset, [keystone_authtoken] serves for it.
    """
    return [
        *loading.get_auth_common_conf_options(),
        *loading.get_session_conf_options(),
        *loading.get_adapter_conf_options(include_deprecated=True),
        *loading.get_auth_plugin_conf_options("v3password"),
    ]


def _option(conf: cfg.ConfigOpts, group: str, name: str) -> Any:
    return conf[group].get(name) if group in conf and name in conf[group] else None
