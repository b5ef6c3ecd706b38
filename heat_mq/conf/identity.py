"""As whom the engine acts: trusts, the stack domain, the trustee."""

from __future__ import annotations

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

GROUPS = {"DEFAULT": DEFAULT, "ec2authtoken": EC2}


def trustee_opts() -> list[cfg.Opt]:
    """``[trustee]``: how the engine itself logs in, by keystoneauth's names for the password method."""
    return [*loading.get_auth_common_conf_options(), *loading.get_auth_plugin_conf_options("password")]


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
