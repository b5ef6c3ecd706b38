"""Names in CloudFormation's form: ``arn:openstack:heat::<project>:stacks/<name>/<id>[/<path>]``."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse

FORM = "arn:openstack:heat::<project>:stacks/<name>/<id>"

_FORM = re.compile(r"arn:openstack:heat::(?P<project>[^:/]+):stacks/(?P<name>[^/]+)/(?P<id>[^/]+)(?P<path>/.*)?")


@dataclasses.dataclass(frozen=True, slots=True)
class Arn:
    """What an ARN names: a stack, or with ``path`` (``/resources/<name>``) something in it."""

    project_id: str
    stack_name: str
    stack_id: str
    path: str = ""

    def __str__(self) -> str:
        project, name, id = (urllib.parse.quote(part, "") for part in (self.project_id, self.stack_name, self.stack_id))
        return f"arn:openstack:heat::{project}:stacks/{name}/{id}{urllib.parse.quote(self.path, '/')}"

    @property
    def resource_name(self) -> str | None:
        """The resource that the path leads to; None when it leads elsewhere."""
        found = re.fullmatch(r"/resources/([^/]+)", self.path)
        return found[1] if found else None


def parse_arn(text: str) -> Arn | None:
    """What the text names; None when it is no ARN of a stack."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    project, name, id, path = (urllib.parse.unquote(found[part] or "") for part in ("project", "name", "id", "path"))
    return Arn(project, name, id, path)
