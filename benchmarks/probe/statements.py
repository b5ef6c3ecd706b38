"""What kind of statement a text of SQL is."""

from __future__ import annotations

import re
from typing import Final

_KINDS: Final = {
    "SELECT": "select",
    "INSERT": "insert",
    "REPLACE": "insert",
    "UPDATE": "update",
    "DELETE": "delete",
    "BEGIN": "begin",
    "START": "begin",
    "COMMIT": "commit",
    "ROLLBACK": "rollback",
}
_FIRST = re.compile(r"[\s(]*([A-Za-z]+)")
#: How connection pools ask whether a connection still lives.
_PING = re.compile(r"\s*SELECT\s+1\s*;?\s*", re.IGNORECASE)
#: The statement after common table expressions stands outside their parentheses.
_MAIN = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


def kind_of(sql: str | bytes) -> str:
    """A name of ``tally.DATA`` or ``tally.TRANSACTION``; "other" for SET, SAVEPOINT, DDL, PRAGMA and the like."""
    text = sql.decode(errors="replace") if isinstance(sql, bytes | bytearray) else sql
    if _PING.fullmatch(text):
        return "ping"
    found = _FIRST.match(text)
    word = found[1].upper() if found else ""
    if word == "WITH":
        main = _MAIN.search(_outside_parentheses(text))
        word = main[1].upper() if main else ""
    return _KINDS.get(word, "other")


def _outside_parentheses(text: str) -> str:
    kept, depth = [], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            kept.append(character)
    return "".join(kept)
