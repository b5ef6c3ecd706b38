"""Configuration: one file of options for each room, read into a value that is passed on.

There is no global: ``load`` builds a fresh ``ConfigOpts`` each time.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Sequence

from keystoneauth1 import loading
from oslo_config import cfg
from oslo_db import options as oslo_db_options
from oslo_log import log as oslo_log

import heat_mq.concurrency.oslo  # noqa: F401 - before oslo.messaging
from heat_mq import errors
from heat_mq.concurrency.choice import DEFAULT_FILE
from heat_mq.conf import ignored, opts

with warnings.catch_warnings():
    # webob, which the middleware stands on, imports a module that Python gives up.
    warnings.simplefilter("ignore")
    from keystonemiddleware import opts as keystonemiddleware_opts
from oslo_messaging import opts as oslo_messaging_opts


def load(
    argv: Sequence[str] = (),
    *,
    prog: str = "heat-mq",
    files: Iterable[str | os.PathLike[str]] = (),
    cli_opts: Sequence[cfg.Opt] = (),
    description: str | None = None,
) -> cfg.ConfigOpts:
    """Read the configuration.

    ``argv`` are command line arguments without the program's name: ``--config-file`` (again and again, later ones
    win), ``--config-dir``, ``--debug``, and ``cli_opts``. ``files`` are read before those that ``argv`` names;
    when neither names one, ``/etc/heat_mq/heat_mq.conf`` is read if it exists. ``description`` is for ``--help``.

    Raises ``errors.BadConfiguration``; leaves the process for ``--help`` and unknown arguments.
    """
    conf = unread()
    conf.register_cli_opts(cli_opts)
    given = [os.fspath(name) for name in files]
    default = [DEFAULT_FILE] if not given and os.path.exists(DEFAULT_FILE) else []
    arguments = [part for name in given for part in ("--config-file", name)] + list(argv)
    try:
        conf(
            arguments,
            project="heat_mq",
            prog=prog,
            description=description,
            default_config_files=default,
            default_config_dirs=[],
        )
        _check(conf)
    except (cfg.Error, ValueError) as error:
        # oslo.config shows where a value stands as Python would.
        text = re.sub(r"LocationInfo\(location=.*?, detail='([^']*)'\)", r"\1", str(error))
        raise errors.BadConfiguration(text) from error
    return conf


def unread() -> cfg.ConfigOpts:
    """All options, to be read by somebody else's ``main``."""
    conf = cfg.ConfigOpts()
    oslo_log.register_options(conf)
    _register(conf)
    return conf


def encryption_keys(conf: cfg.ConfigOpts) -> list[str]:
    """The keys for :class:`heat_mq.crypt.Box`, the newest first."""
    return [conf.auth_encryption_key, *conf.engine.former_encryption_keys]


def has_own_key(conf: cfg.ConfigOpts) -> bool:
    """Whether secrets are encrypted with a key that not everybody knows."""
    return _is_set(conf, "DEFAULT", "auth_encryption_key")


def notices(conf: cfg.ConfigOpts) -> list[str]:
    """What the log should say once about this configuration: options without meaning here, a known key."""
    lines = []
    for group, options in ignored.groups().items():
        for option in options:
            if _is_set(conf, group, option.dest):
                why = ignored.reason(group, option.dest)
                lines.append(f"option [{group}] {option.name} has no effect here: {why}")
    if not has_own_key(conf):
        lines.append("auth_encryption_key is not set: secrets are encrypted with a key that everybody knows")
    return lines


def _register(conf: cfg.ConfigOpts) -> None:
    for groups in (opts.own(), ignored.groups()):
        for group, options in groups.items():
            conf.register_opts(options, group=None if group == "DEFAULT" else group)
    for group, options in (*keystonemiddleware_opts.list_auth_token_opts(), *oslo_messaging_opts.list_opts()):
        conf.register_opts(options, group=group)
    # One thread of execution needs few connections; those beyond the pool's size are opened and closed again and again.
    oslo_db_options.set_defaults(conf, max_pool_size=10, max_overflow=0)
    # The rest of this group depends on its auth_type: keystoneauth registers it when it builds the plugin.
    loading.register_auth_conf_options(conf, "trustee")


def _check(conf: cfg.ConfigOpts) -> None:
    """What one option alone cannot say."""
    # oslo.config checks a value when it is read: a wrong one shall not wait until its first use.
    for group, options in opts.own().items():
        for option in options:
            _value(conf, group, option.dest)
    if conf.engine.heartbeat_seconds * 2 > conf.engine.lease_seconds:
        raise ValueError(
            f"[engine] heartbeat_seconds ({conf.engine.heartbeat_seconds:g}) must be at most half of "
            f"lease_seconds ({conf.engine.lease_seconds:g}), or an engine that is alive loses its work"
        )


def _value(conf: cfg.ConfigOpts, group: str, name: str) -> object:
    return conf[name] if group == "DEFAULT" else conf[group][name]


def _is_set(conf: cfg.ConfigOpts, group: str, name: str) -> bool:
    location = conf.get_location(name, None if group == "DEFAULT" else group)
    return location is not None and location.location.is_user_controlled
