"""Schemas that many operations share; they stand in the document's components."""

from __future__ import annotations

from typing import Final

from heat_mq.api.openapi.schema import NULL, TEXT, Schema, closed, list_of, of_keys
from heat_mq.api.views.links import Link
from heat_mq.errors import Problem

#: What every refusal of an operation is.
FAULT: Final = closed(
    {
        "code": {"type": "integer", "minimum": 400, "maximum": 599},
        "title": TEXT,
        "explanation": TEXT,
        "error": closed(
            {"message": TEXT, "type": TEXT, "traceback": NULL}, optional={"problems": list_of(of_keys(Problem))}
        ),
    }
)
#: Answers that say no more than their status: work that goes on, redirects, paths that lead nowhere.
PLAIN: Final = closed({"code": TEXT, "message": TEXT, "title": TEXT})
#: What the token layer says.
UNAUTHORIZED: Final[Schema] = {"type": "object", "required": ["error"], "properties": {"error": {"type": "object"}}}
LINK: Final = of_keys(Link)

COMPONENTS: Final = {"Fault": FAULT, "Plain": PLAIN, "Unauthorized": UNAUTHORIZED, "Link": LINK}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


LINKS: Final = list_of(ref("Link"))
