"""Limits per project, of one service."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from heat_mq.simcloud.faults import Faults
from heat_mq.simcloud.store import Collection

UNLIMITED = -1


class Quotas:
    """The limits of every project: the service's defaults, changed per project."""

    def __init__(self, service: str, changes: Collection, faults: Faults, defaults: Mapping[str, int]) -> None:
        self.service = service
        self.defaults = dict(defaults)
        self._changes = changes
        self._faults = faults

    def limits(self, project_id: str) -> dict[str, int]:
        """Resource to limit; -1 is unlimited."""
        document = self._changes.get(project_id)
        return {**self.defaults, **(document["limits"] if document else {})}

    def change(self, project_id: str, limits: Mapping[str, int]) -> dict[str, int]:
        """Set some limits of a project and return all."""
        document = self._changes.get(project_id) or {"id": project_id, "limits": {}}
        document["limits"].update(limits)
        self._changes.save(document)
        return self.limits(project_id)

    def reset(self, project_id: str) -> None:
        """Back to the defaults."""
        self._changes.remove(project_id)

    def allows(self, project_id: str, resource: str, used: int | Callable[[], int], more: int = 1) -> bool:
        """Whether a project that uses ``used`` of a resource may have ``more`` (a quota fault says no).

        ``used`` may be a function where counting is not cheap: it is asked only when there is a limit.
        """
        if self._faults.no_room(self.service, resource, project_id):
            return False
        limit = self.limits(project_id).get(resource, UNLIMITED)
        return limit == UNLIMITED or (used if isinstance(used, int) else used()) + more <= limit
