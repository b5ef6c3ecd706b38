"""A stack with another one nested in it."""

from __future__ import annotations

import json
from typing import Any

NEST: dict[str, Any] = {
    "resources": {"group": {"type": "inner.yaml"}, "after": {"depends_on": ["group"], "value": "x"}},
    "files": {
        "inner.yaml": json.dumps(
            {
                "heat_template_version": "2021-04-16",
                "resources": {
                    "one": {"type": "Sim::Thing"},
                    "two": {"type": "Sim::Thing", "properties": {"uses": [{"get_resource": "one"}]}},
                },
            }
        )
    },
}
"""What :func:`tests.simulation.acts.create` takes."""


def nest(**two: Any) -> dict[str, Any]:
    """The same with properties for ``two``."""
    inner = json.loads(NEST["files"]["inner.yaml"])
    inner["resources"]["two"]["properties"].update(two)
    return {**NEST, "files": {"inner.yaml": json.dumps(inner)}}
