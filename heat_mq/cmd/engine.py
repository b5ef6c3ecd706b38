"""``heat-mq-engine``: plans stacks and runs their resources, with worker processes.

SIGTERM drains (steps in hand finish or are given back), SIGHUP reads the configuration anew.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from heat_mq import concurrency
from heat_mq.concurrency import choice


def main(argv: Sequence[str] | None = None) -> int:
    """``heat-mq-engine [--config-file FILE]…``; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    concurrency.patch(choice.backend(arguments))
    # Only now: what is imported before the process is patched would block it.
    importlib.import_module("heat_mq.concurrency.oslo")
    from heat_mq.cmd import engine_service

    return engine_service.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
