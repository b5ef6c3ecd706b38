"""``heat-mq-api-cfn``: serves the CloudFormation-compatible query API with worker processes.

Signals do what they do to ``heat-mq-api``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from heat_mq import concurrency
from heat_mq.concurrency import choice


def main(argv: Sequence[str] | None = None) -> int:
    """``heat-mq-api-cfn [--config-file FILE]…``; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    concurrency.patch(choice.backend(arguments))
    # Only now: what is imported before the process is patched would block it.
    importlib.import_module("heat_mq.concurrency.oslo")
    from heat_mq.api_cfn.app import make_app
    from heat_mq.api_cfn.ec2.adapters import load_adapters
    from heat_mq.cmd import api_service

    description = "Serve the CloudFormation-compatible API."
    program = api_service.Program("heat-mq-api-cfn", description, "heat_api_cfn", make_app, check=load_adapters)
    return api_service.run(program, arguments)


if __name__ == "__main__":
    sys.exit(main())
