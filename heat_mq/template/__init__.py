"""The template language of Heat as a pure library: no network, no database, no configuration.

``parse`` a template, ``bind`` it to an :class:`Environment` and parameters, ask the :class:`Bound` for its
``resources``, ``dependencies()`` and ``outputs``, and ``evaluate`` what is in them as often as resources change.
"""

from heat_mq.template.bind import Bound, bind
from heat_mq.template.compile import AttributeUse
from heat_mq.template.definition import Definition, OutputDefinition, problem_at
from heat_mq.template.environment import Environment
from heat_mq.template.limits import DEFAULT_LIMITS, Limits
from heat_mq.template.marks import MASK, UNKNOWN, Secret, is_known, is_secret, mask, reveal
from heat_mq.template.model import Template, digest
from heat_mq.template.parameters import ParameterSchema
from heat_mq.template.parse import parse
from heat_mq.template.registry import Registry, Resolution, is_template_name
from heat_mq.template.tree import Values, evaluate, select
from heat_mq.template.values import ParameterValues, PseudoParameters
from heat_mq.template.versions import Version, all_versions, find_version, template_functions, template_versions

__all__ = [
    "DEFAULT_LIMITS",
    "MASK",
    "UNKNOWN",
    "AttributeUse",
    "Bound",
    "Definition",
    "Environment",
    "Limits",
    "OutputDefinition",
    "ParameterSchema",
    "ParameterValues",
    "PseudoParameters",
    "Registry",
    "Resolution",
    "Secret",
    "Template",
    "Values",
    "Version",
    "all_versions",
    "bind",
    "digest",
    "evaluate",
    "find_version",
    "is_known",
    "is_secret",
    "is_template_name",
    "mask",
    "parse",
    "problem_at",
    "reveal",
    "select",
    "template_functions",
    "template_versions",
]
