"""Finds in user data the wait handle's commands, by reading; nothing is ever executed.

Heat gives a wait handle's ``curl_cli``: ``curl -i -X POST -H 'X-Auth-Token: …' -H 'Content-Type:
application/json' … URL``, which a template's user data completes with ``--data-binary '{"status":
"SUCCESS"}'``. It may stand in a shell script, in cloud-config, in a part of a multipart message,
inside other quotes, and over several lines.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import dataclasses
import email
import gzip
import hashlib
import itertools
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import yaml

_CURL = re.compile(r"(?<![\w/.-])(?:/usr/bin/)?curl\s")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_DATA_OPTIONS = ("--data-binary", "--data-raw", "--data", "--json", "-d")
_ENDS = frozenset("();<>|&")


@dataclasses.dataclass(frozen=True, slots=True)
class Signal:
    """One HTTP request that a booted guest sends."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    data: str

    @property
    def key(self) -> str:
        """The same for commands that say the same to the same address."""
        return hashlib.sha256("\0".join((self.method, self.url, self.data)).encode()).hexdigest()

    @property
    def status(self) -> str:
        """The status it reports ("SUCCESS"), "" when the data has none."""
        try:
            said = json.loads(self.data)
        except ValueError:
            return ""
        if not isinstance(said, dict):
            return ""
        return str(said.get("status") or said.get("Status") or "").upper()


def find_signals(user_data: str) -> list[Signal]:
    """The distinct signals in user data (plain, base64, gzip, multipart), in their order.

    A command that reports something else than SUCCESS is left out when another one reports
    SUCCESS to the same address: it stands in a branch for what went wrong.
    """
    found: dict[str, Signal] = {}
    for text in _texts(_decoded(user_data)):
        for argv in _curls(text):
            if (signal := _signal(argv)) is not None:
                found.setdefault(signal.key, signal)
    fine = {each.url for each in found.values() if each.status == "SUCCESS"}
    return [each for each in found.values() if each.status == "SUCCESS" or each.url not in fine]


def _decoded(user_data: str) -> str:
    """User data as text, whatever it was wrapped in."""
    if not _BASE64.fullmatch(user_data):
        return user_data
    try:
        raw = base64.b64decode(user_data, validate=False)
        if raw.startswith(b"\x1f\x8b"):
            raw = gzip.decompress(raw)
        return raw.decode()
    except (binascii.Error, ValueError, OSError):
        return user_data


def _texts(user_data: str) -> Iterator[str | list[str]]:
    """The pieces in which commands can stand: script texts, and argument lists of cloud-config."""
    head = user_data[:400].lower()
    if "content-type:" in head and "multipart/" in head:
        for part in email.message_from_string(user_data).walk():
            payload = part.get_payload(decode=True)
            if not part.is_multipart() and isinstance(payload, bytes):
                yield from _texts(payload.decode(errors="replace"))
        return
    if user_data.lstrip().startswith("#cloud-config"):
        try:
            yield from _leaves(yaml.safe_load(user_data))
            return
        except yaml.YAMLError:
            pass
    yield user_data


def _leaves(value: Any) -> Iterator[str | list[str]]:
    if isinstance(value, str):
        yield _decoded(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        if value and all(isinstance(each, str) for each in value) and _CURL.fullmatch(f"{value[0]} "):
            yield value
        else:
            for each in value:
                yield from _leaves(each)


def _curls(text: str | list[str]) -> Iterator[list[str]]:
    """The argument lists of the curl commands in a text."""
    if isinstance(text, list):
        yield text
        return
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if line.lstrip().startswith("#"):
            continue
        for start in _CURL.finditer(line):
            if words := _words(line[start.start() :]):
                yield words


def _words(command: str) -> list[str]:
    """Shell words up to the end of the command.

    A quote that never closes was opened before the command (``sh -c "curl … '…'"``), so the text
    from its last occurrence on is not part of it.
    """
    for end in (len(command), command.rfind('"'), command.rfind("'")):
        lexer = shlex.shlex(command[: max(end, 0)], posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = ""
        with contextlib.suppress(ValueError):
            return list(itertools.takewhile(lambda word: not set(word) <= _ENDS, lexer))
    return []


def _signal(argv: list[str]) -> Signal | None:
    """What a curl command sends, None when it sends no data to a web address."""
    method, url, data = "POST", "", ""
    headers: list[tuple[str, str]] = []
    words = iter(argv[1:])
    for word in words:
        option, _, glued = word.partition("=") if word.startswith("--") else (word, "", "")
        if option in ("-X", "--request"):
            method = (glued or next(words, "POST")).upper()
        elif option in ("-H", "--header"):
            name, _, value = (glued or next(words, "")).partition(":")
            headers.append((name.strip(), value.strip()))
        elif option in _DATA_OPTIONS:
            data = glued or next(words, "")
        elif word.startswith(("http://", "https://")):
            url = word
    data = data if _is_json(data) else data.replace('\\"', '"')
    if not url or not _is_json(data):
        return None
    return Signal(method, url, tuple(each for each in headers if each[0] and each[1]), data)


def _is_json(data: str) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
