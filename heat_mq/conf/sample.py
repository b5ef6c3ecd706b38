"""The sample configuration file."""

from __future__ import annotations

import io
from typing import TextIO

from oslo_config import cfg, generator

OWN = ("heat_mq",)

#: With the options of the libraries; which those are depends on the versions installed.
ALL = (
    *OWN,
    "heat_mq.libraries",
    "keystonemiddleware.auth_token",
    "oslo.db",
    "oslo.log",
    "oslo.messaging",
    "oslo.middleware",
    "oslo.policy",
)

HEADER = """\
# Configuration of heat_mq. A line that begins with "#" shows an option with its default.
# The options of libraries ([database], [keystone_authtoken], [trustee], transport_url, logging) are printed by
# `heat-mq-manage config sample`; this is what a deployment has to set:
#
#   [DEFAULT]
#   transport_url = rabbit://USER:PASSWORD@HOST:5672/
#   auth_encryption_key = 32 characters of your own
#   stack_user_domain_name = heat
#   stack_domain_admin = heat_domain_admin
#   stack_domain_admin_password = PASSWORD
#   [database]
#   connection = mysql+pymysql://USER:PASSWORD@HOST/heat_mq?charset=utf8mb4
#   [keystone_authtoken]
#   auth_type = password, auth_url, username, password, project_name, user_domain_name, project_domain_name
#   [trustee]
#   auth_type = password, auth_url, username, password, user_domain_name

"""


def write(out: TextIO, namespaces: tuple[str, ...] = ALL) -> None:
    """Write the sample with the options of ``namespaces`` to ``out``."""
    conf = cfg.ConfigOpts()
    generator.register_cli_opts(conf)
    conf(
        [part for name in namespaces for part in ("--namespace", name)], default_config_files=[], default_config_dirs=[]
    )
    text = io.StringIO()
    generator.generate(conf, text)
    out.write(HEADER + text.getvalue())
