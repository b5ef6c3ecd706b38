"""Decides with oslo.policy whether a caller may do something."""

from __future__ import annotations

from oslo_config import cfg
from oslo_policy import policy

from heat_mq import errors
from heat_mq.context import RequestContext
from heat_mq.policies import list_rules

TYPES = "resource_types:"


class Enforcer:
    """Rules of ``heat_mq.policies``, overridden by the file that ``[oslo_policy] policy_file`` names."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._enforcer = policy.Enforcer(conf)
        # These would warn at every start about rules whose defaults grew narrower.
        self._enforcer.suppress_default_change_warnings = True
        self._enforcer.suppress_deprecation_warnings = True
        self._enforcer.register_defaults(list_rules())
        self._enforcer.load_rules()
        # Also those that only the operator's file has.
        names = [name for name in self._enforcer.rules if name.startswith(TYPES)]
        self._type_rules = {name.removeprefix(TYPES): name for name in names if not name.endswith("*")}
        self._type_prefixes = [(name.removeprefix(TYPES)[:-1], name) for name in names if name.endswith("*")]

    def check(self, rule: str, context: RequestContext, project_id: str) -> None:
        """Raise ``Forbidden`` unless ``context`` may do what ``rule`` guards in a project."""
        target = {"project_id": project_id, "user_id": context.user_id}
        try:
            allowed = self._enforcer.enforce(rule, target, context)
        except policy.InvalidScope:
            allowed = False
        if not allowed:
            raise errors.Forbidden(f"You may not do this: the policy {rule!r} does not allow it.")

    def may_use_type(self, context: RequestContext, type_name: str) -> bool:
        """Whether the caller may use a resource type; one that no rule names is for everybody."""
        rule = self._rule_of(type_name)
        if rule is None:
            return True
        target = {"project_id": context.project_id, "user_id": context.user_id}
        try:
            return bool(self._enforcer.enforce(rule, target, context))
        except policy.InvalidScope:
            return False

    def guards_type(self, type_name: str) -> bool:
        """Whether a rule says who may use a resource type."""
        return self._rule_of(type_name) is not None

    def _rule_of(self, type_name: str) -> str | None:
        rule = self._type_rules.get(type_name)
        if rule is None:
            rule = next((each for prefix, each in self._type_prefixes if type_name.startswith(prefix)), None)
        return rule

    def is_admin(self, context: RequestContext) -> bool:
        """Whether the caller administers the whole cloud."""
        return bool(self._enforcer.enforce("context_is_admin", {}, context))
