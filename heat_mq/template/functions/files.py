"""get_file."""

from __future__ import annotations

from typing import Any

from heat_mq.errors import nearest
from heat_mq.template.constraints import shown
from heat_mq.template.functions.intrinsic import Refused, Scope, intrinsic


@intrinsic("get_file", since="2013-05-23", scoped=True)
def get_file(args: Any, scope: Scope) -> str:
    """A function for including a file inline."""
    # The file has the key under which the client sent it along; the server never fetches one.
    if not isinstance(args, str):
        raise Refused(f"takes the name of a file, not {shown(args)}")
    content = scope.files.get(args)
    if content is None:
        raise Refused(f"finds no {args!r} among the files of the request", suggestion=nearest(args, scope.files))
    return content
