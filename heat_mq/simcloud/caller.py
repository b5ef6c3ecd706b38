"""Who sends a request, as the token says."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a token and what the token is scoped to ("" where it is not)."""

    user_id: str = ""
    user_name: str = ""
    user_domain_id: str = ""
    project_id: str = ""
    project_name: str = ""
    domain_id: str = ""
    roles: frozenset[str] = frozenset()
    token_id: str = ""
    trust_id: str = ""

    @property
    def is_admin(self) -> bool:
        """True with the role ``admin``, whatever the scope, as the services' default policies have it."""
        return "admin" in self.roles

    def sees(self, project_id: str | None) -> bool:
        """True when objects of that project are this caller's own, or the caller is an administrator."""
        return self.is_admin or (bool(project_id) and project_id == self.project_id)


NOBODY = Caller()
