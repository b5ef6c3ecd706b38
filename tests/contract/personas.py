"""Who asks, and what the reference lets them do. Nothing here knows a rule of our own."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from oslo_config import cfg
from oslo_policy import policy

REFERENCE = json.loads((pathlib.Path(__file__).parents[1] / "reference" / "api.json").read_text())


@dataclasses.dataclass(frozen=True)
class Persona:
    """A token's owner. ``scope`` is what the token is for; a project's is for ``project``."""

    name: str
    roles: tuple[str, ...]
    project: str = "p1"
    scope: str = "project"
    admin_project: bool = True
    user: str = ""

    def headers(self) -> dict[str, str]:
        """What keystonemiddleware makes of the token, as WSGI has it."""
        found = {
            "HTTP_X_IDENTITY_STATUS": "Confirmed",
            "HTTP_X_USER_ID": self.user or f"user-{self.name}",
            "HTTP_X_USER_NAME": self.name,
            "HTTP_X_ROLES": ",".join(self.roles),
            "HTTP_X_IS_ADMIN_PROJECT": str(self.admin_project),
        }
        match self.scope:
            case "project":
                found |= {"HTTP_X_PROJECT_ID": self.project, "HTTP_X_PROJECT_NAME": self.project}
            case "system":
                found["HTTP_OPENSTACK_SYSTEM_SCOPE"] = "all"
            case "domain":
                found["HTTP_X_DOMAIN_ID"] = "default"
        return found

    def elsewhere(self, project: str) -> Persona:
        """The same of another project."""
        return dataclasses.replace(self, project=project)


ADMIN_ROLES = ("admin", "manager", "member", "reader")
PERSONAS = {
    persona.name: persona
    for persona in (
        Persona("reader", ("reader",)),
        Persona("member", ("member", "reader")),
        Persona("manager", ("manager", "member", "reader")),
        Persona("admin", ADMIN_ROLES),
        Persona("project-admin", ADMIN_ROLES, admin_project=False),
        Persona("stack-user", ("heat_stack_user",)),
        Persona("service", ("service",)),
        Persona("owner-without-roles", ("heat_stack_owner",)),
        Persona("system-reader", ("reader",), scope="system"),
        Persona("system-admin", ADMIN_ROLES, scope="system"),
        Persona("domain-admin", ADMIN_ROLES, scope="domain"),
        Persona("elsewhere-member", ("member", "reader"), project="p2"),
        Persona("elsewhere-admin", ADMIN_ROLES, project="p2"),
    )
}


class Believing:
    """Proves identity by the name that the token is."""

    def __init__(self, app: Any, personas: Mapping[str, Persona]) -> None:
        self._app = app
        self._personas = personas

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ.update(self._personas[environ["HTTP_X_AUTH_TOKEN"]].headers())
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


# --- what the reference says ------------------------------------------------------------------

_RULES = policy.Rules(
    {name: policy.RuleDefault(name, facts["check"]).check for name, facts in REFERENCE["policies"].items()}
)
_ENFORCER = policy.Enforcer(cfg.ConfigOpts(), rules=_RULES, use_conf=False)


def holds(check: str, persona: Persona, project: str) -> bool:
    """Whether a check of the reference lets a persona act on a project."""
    said = {"roles": list(persona.roles), "is_admin_project": persona.admin_project}
    if persona.scope == "project":
        said["project_id"] = persona.project
    return bool(_ENFORCER.enforce(policy.RuleDefault("asked", check).check, {"project_id": project}, said))


def may(rule: str, persona: Persona, project: str, *, earlier: bool = False) -> bool:
    """Whether a rule lets a persona act on a project; ``earlier``: its earlier check counts, too."""
    facts = REFERENCE["policies"][rule]
    if persona.scope not in facts.get("scope_types", [persona.scope]):
        return False
    checks = [facts["check"], *([facts["deprecated_check"]] if earlier and facts.get("deprecated_check") else [])]
    return any(holds(check, persona, project) for check in checks)


def may_enter(persona: Persona, project: str) -> bool:
    """Whether a path below a project is for a persona at all."""
    everywhere = holds(REFERENCE["policies"]["context_is_admin"]["check"], persona, project)
    return everywhere or (persona.scope == "project" and persona.project == project)


def rule_of(method: str, path: str) -> str:
    """The rule that the reference has for a request, whose path has no query; that of actions ends in ``:``."""
    for operation in _OPERATIONS:
        if operation["method"] == method and _regex(operation["path"]).fullmatch(path):
            return str(operation["policy"].get("rule", "")).partition("<")[0]
    raise LookupError(f"the reference has no {method} {path}")


_OPERATIONS = sorted(REFERENCE["operations"], key=lambda each: each["path"].count("{"))


def _regex(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^}]*)\}", path)
    variables = [variable.partition(":")[2] or "[^/]+" for variable in parts[1::2]]
    fixed = [re.escape(part) for part in parts[::2]]
    return re.compile(fixed[0] + "".join(f"({one}){two}" for one, two in zip(variables, fixed[1:], strict=True)))
