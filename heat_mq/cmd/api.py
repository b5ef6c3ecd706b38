"""``heat-mq-api``: serves the REST API with worker processes.

SIGTERM ends it once running requests are answered, SIGHUP reads the configuration anew (all but address
and number of workers), SIGINT ends it at once.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from heat_mq import concurrency
from heat_mq.concurrency import choice


def main(argv: Sequence[str] | None = None) -> int:
    """``heat-mq-api [--config-file FILE]…``; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    concurrency.patch(choice.backend(arguments))
    # Only now: what is imported before the process is patched would block it.
    importlib.import_module("heat_mq.concurrency.oslo")
    from heat_mq.api.app import make_app
    from heat_mq.cmd import api_service

    program = api_service.Program("heat-mq-api", "Serve the orchestration API.", "heat_api", make_app)
    return api_service.run(program, arguments)


if __name__ == "__main__":
    sys.exit(main())
