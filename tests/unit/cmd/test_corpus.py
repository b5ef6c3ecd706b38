"""Templates that people wrote are accepted, as far as their types are there.

``HEAT_MQ_TEMPLATES`` names a directory of more of them, such as a checkout of openstack/heat-templates. What Heat
refuses must lie below a directory called ``invalid`` there, or be named in ``REFUSED``.
"""

from __future__ import annotations

import os
import pathlib
import re

import pytest

from heat_mq.cmd.lint import find_problems
from heat_mq.resources.kit.registry import load

OWN = pathlib.Path(__file__).parents[2] / "templates" / "examples"
MORE = os.environ.get("HEAT_MQ_TEMPLATES")
VERSION = re.compile(rb"heat_template_version|AWSTemplateFormatVersion|HeatTemplateFormatVersion")
SUFFIXES = {".yaml", ".yml", ".template", ".json"}
#: They name files that are in another repository.
REFUSED = re.compile(r"boot-config/templates/install_config_agent_")


def templates(*folders):
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            wanted = path.is_file() and path.suffix in SUFFIXES and "invalid" not in path.relative_to(folder).parts
            if wanted and VERSION.search(path.read_bytes()):
                yield pytest.param(path, id=str(path.relative_to(folder)))


@pytest.mark.parametrize("path", list(templates(OWN, *([pathlib.Path(MORE)] if MORE else []))))
def test_a_template_that_heat_accepts_is_accepted(path):
    errors = [problem for problem in find_problems(path, []) if problem.severity == "error"]
    unknown = [problem for problem in errors if "could not be found" in problem.message]
    assert not [problem for problem in unknown if any(f"({name})" in problem.message for name in load())]
    if REFUSED.search(str(path)):
        assert {problem.message.split()[0] for problem in errors} <= {"get_file", "The"}
    else:
        assert [str(problem) for problem in errors if problem not in unknown] == []
