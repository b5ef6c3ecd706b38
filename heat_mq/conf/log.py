"""Logging as oslo.log does it, with the request's id in each line."""

from __future__ import annotations

import logging

from oslo_config import cfg
from oslo_log import log as oslo_log

from heat_mq import conf as configuration

LOG = logging.getLogger(__name__)

#: Libraries that say at INFO what only their authors want to know.
_QUIET = [
    "alembic=INFO",
    "amqp=WARNING",
    "amqp.connection=ERROR",
    "heat_mq.wsgi=WARNING",
    "keystoneauth=WARNING",
    "keystonemiddleware=WARNING",
    "openstack=WARNING",
    "oslo.messaging=INFO",
    "oslo_messaging=INFO",
    "sqlalchemy=WARNING",
    "urllib3.connectionpool=WARNING",
]


def setup(conf: cfg.ConfigOpts, prog: str) -> None:
    """Start logging for this process as ``conf`` says, and log what is to be said about ``conf`` itself."""
    levels = [level for level in conf.default_log_levels if level.partition("=")[0] not in _names(_QUIET)]
    conf.set_default("default_log_levels", levels + _QUIET)
    oslo_log.setup(conf, prog)
    for line in configuration.notices(conf):
        LOG.warning(line)


def _names(levels: list[str]) -> set[str]:
    return {level.partition("=")[0] for level in levels}
