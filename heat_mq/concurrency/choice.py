"""Which backend a process shall run on, found before anything that would have to be patched is imported."""

from __future__ import annotations

import os
from collections.abc import Sequence

from oslo_config import cfg

from heat_mq.concurrency import BACKENDS

#: The configuration that is read when the command line names none.
DEFAULT_FILE = "/etc/heat_mq/heat_mq.conf"

GROUP = "runtime"

OPTION = cfg.StrOpt(
    "backend",
    default="eventlet",
    choices=[("eventlet", "green threads: thousands of waits in one process"), ("threads", "threads of the system")],
    help="What processes run on.",
)


def backend(argv: Sequence[str]) -> str:
    """The ``[runtime] backend`` of the configuration that ``argv`` names; other arguments are passed over.

    What is wrong with the files is told when they are read in earnest: then the default is the answer.
    """
    conf = cfg.ConfigOpts()
    conf.register_opt(OPTION, group=GROUP)
    default = [DEFAULT_FILE] if os.path.exists(DEFAULT_FILE) else []
    try:
        conf(_config_arguments(argv), default_config_files=default, default_config_dirs=[])
        return str(conf[GROUP][OPTION.name])
    except (cfg.Error, ValueError):
        return BACKENDS[0]


def _config_arguments(argv: Sequence[str]) -> list[str]:
    kept: list[str] = []
    values = iter(argv)
    for argument in values:
        name, given, value = argument.partition("=")
        if name in ("--config-file", "--config-dir") and (value := value if given else next(values, "")):
            kept += [name, value]
    return kept
