"""Do what a backtracking engine does with a pattern, step by step, and count.

A pattern becomes a small program. The machine runs it with a stack of the choices that are still open, the way Python's
engine does in C, so it takes about as many steps; it need not say what matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from re import _constants as codes  # type: ignore[attr-defined]
from typing import Any, Final

_ENDLESS: Final = int(codes.MAXREPEAT)
_OPEN: Final = 100_000
"""Choices that may be open at once: each costs memory."""

_Test = Callable[[str], bool]

# Instructions: one character, a choice, a jump, a group's edge, a loop's begin and turn, a place, a look around,
# an atomic part, text of a group, a choice by a group, the end.
CHAR, SPLIT, JUMP, EDGE, ENTER, TURN, AT, LOOK, ATOMIC, REF, EXISTS, END = range(12)

_CATEGORIES: Final[dict[Any, _Test]] = {
    codes.CATEGORY_DIGIT: str.isdecimal,
    codes.CATEGORY_NOT_DIGIT: lambda char: not char.isdecimal(),
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    codes.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    codes.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}


class Program:
    """A compiled pattern; ``rehearse`` may be called from several threads."""

    __slots__ = ("_code",)

    def __init__(self, code: list[tuple[Any, ...]]) -> None:
        self._code = code

    def rehearse(self, text: str, steps: int, *, everywhere: bool) -> int:
        """What is left of ``steps`` after matching at the start of ``text``, or ``everywhere`` in it one match after
        the other; negative when they did not suffice.
        """
        start = 0
        while start <= len(text) and steps >= 0:
            steps, end, _ = _run(self._code, text, start, (), steps)
            if not everywhere:
                break
            start = max(end, start + 1)
        return steps


def _run(
    code: list[tuple[Any, ...]], text: str, start: int, groups: tuple[tuple[int, int], ...], steps: int
) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    """``(steps left, end of the match or -1, edges of groups)``. ``groups`` are (edge, position), the newest last."""
    # A choice: instruction, position, edges, loops as (register, (turns, position of the last)) with the newest first.
    stack: list[tuple[int, int, Any, Any]] = [(0, start, groups, ())]
    while stack:
        at, here, edges, loops = stack.pop()
        while True:
            steps -= 1
            if steps < 0 or len(stack) > _OPEN:
                return -1, -1, edges
            step = code[at]
            kind = step[0]
            at += 1
            if kind == CHAR:
                if here < len(text) and step[1](text[here]):
                    here += 1
                    continue
                break
            if kind == SPLIT:
                stack.append((step[2], here, edges, loops))
                at = step[1]
            elif kind == JUMP:
                at = step[1]
            elif kind == EDGE:
                edges = (*(edge for edge in edges if edge[0] != step[1]), (step[1], here))
            elif kind == ENTER:
                loops = ((step[1], 0, -1), *(loop for loop in loops if loop[0] != step[1]))
            elif kind == TURN:
                _, register, lowest, highest, body, greedy = step
                turns, last = next(loop[1:] for loop in loops if loop[0] == register)
                others = tuple(loop for loop in loops if loop[0] != register)
                again = ((register, turns + 1, here), *others)
                if turns < lowest:
                    at, loops = body, again
                elif turns < highest and here != last:
                    if greedy:
                        stack.append((at, here, edges, others))
                        at, loops = body, again
                    else:
                        stack.append((body, here, edges, again))
                        loops = others
                else:
                    loops = others
            elif kind == AT:
                if not step[1](text, here):
                    break
            elif kind == LOOK:
                _, part, behind, wanted = step
                begin = here - behind
                end = -1
                if begin >= 0:
                    steps, end, found = _run(part, text, begin, edges, steps)
                    if end >= 0 and wanted:
                        edges = found
                if (end >= 0) != wanted:
                    break
            elif kind == ATOMIC:
                steps, here, edges = _run(step[1], text, here, edges, steps)
                if here < 0:
                    break
            elif kind == REF:
                known = dict(edges)
                part_of = text[known.get(2 * step[1], 0) : known.get(2 * step[1] + 1, 0)]
                if 2 * step[1] + 1 not in known or not text.startswith(part_of, here):
                    break
                here += len(part_of)
            elif kind == EXISTS:
                at = step[2] if 2 * step[1] + 1 in dict(edges) else step[3]
            else:
                return steps, here, edges
    return steps, -1, groups


def compile_program(tree: Any, flags: int) -> Program:
    """The program of a pattern as Python's own parser reads it."""
    return Program(_Compiler().part(tree, flags))


class _Compiler:
    def __init__(self) -> None:
        self._registers = 0

    def part(self, tree: Any, flags: int) -> list[tuple[Any, ...]]:
        code: list[tuple[Any, ...]] = []
        self._sequence(tree, flags, code)
        code.append((END,))
        return code

    def _sequence(self, tree: Any, flags: int, code: list[tuple[Any, ...]]) -> None:
        for kind, argument in tree:
            self._item(kind, argument, flags, code)

    def _item(self, kind: Any, argument: Any, flags: int, code: list[tuple[Any, ...]]) -> None:
        if kind is codes.SUBPATTERN:
            group, more, fewer, tree = argument
            inner = (flags | more) & ~fewer
            if group is None:
                self._sequence(tree, inner, code)
            else:
                code.append((EDGE, 2 * group))
                self._sequence(tree, inner, code)
                code.append((EDGE, 2 * group + 1))
        elif kind is codes.BRANCH:
            self._branches(argument[1], flags, code)
        elif kind in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            self._loop(argument, flags, code, greedy=kind is codes.MAX_REPEAT)
        elif kind is codes.POSSESSIVE_REPEAT:
            inner_code: list[tuple[Any, ...]] = []
            self._loop(argument, flags, inner_code, greedy=True)
            code.append((ATOMIC, [*inner_code, (END,)]))
        elif kind is codes.ATOMIC_GROUP:
            code.append((ATOMIC, self.part(argument, flags)))
        elif kind in (codes.ASSERT, codes.ASSERT_NOT):
            direction, tree = argument
            behind = int(tree.getwidth()[0]) if direction < 0 else 0
            code.append((LOOK, self.part(tree, flags), behind, kind is codes.ASSERT))
        elif kind is codes.AT:
            code.append((AT, _place(argument, flags)))
        elif kind is codes.GROUPREF:
            code.append((REF, argument))
        elif kind is codes.GROUPREF_EXISTS:
            self._choice_by_group(argument, flags, code)
        else:
            code.append((CHAR, _test(kind, argument, flags)))

    def _branches(self, branches: list[Any], flags: int, code: list[tuple[Any, ...]]) -> None:
        ends = []
        for branch in branches[:-1]:
            split = len(code)
            code.append(())
            self._sequence(branch, flags, code)
            ends.append(len(code))
            code.append(())
            code[split] = (SPLIT, split + 1, len(code))
        self._sequence(branches[-1], flags, code)
        for end in ends:
            code[end] = (JUMP, len(code))

    def _loop(self, argument: Any, flags: int, code: list[tuple[Any, ...]], *, greedy: bool) -> None:
        lowest, highest, tree = argument
        register = self._registers
        self._registers += 1
        code.append((ENTER, register))
        jump = len(code)
        code.append(())
        self._sequence(tree, flags, code)
        code[jump] = (JUMP, len(code))
        endless = float("inf") if int(highest) >= _ENDLESS else int(highest)
        code.append((TURN, register, int(lowest), endless, jump + 1, greedy))

    def _choice_by_group(self, argument: Any, flags: int, code: list[tuple[Any, ...]]) -> None:
        group, yes, no = argument
        choice = len(code)
        code.append(())
        self._sequence(yes, flags, code)
        end = len(code)
        code.append(())
        code[choice] = (EXISTS, group, choice + 1, len(code))
        self._sequence(no or (), flags, code)
        code[end] = (JUMP, len(code))


def _test(kind: Any, argument: Any, flags: int) -> _Test:
    """Whether a character fits."""
    if kind is codes.NOT_LITERAL:
        return _negated(_test(codes.LITERAL, argument, flags))
    if kind is codes.IN:
        inverted = bool(argument) and argument[0][0] is codes.NEGATE
        fits = _any_of([_test(inner, value, flags) for inner, value in argument[inverted:]])
        return _negated(fits) if inverted else fits
    if kind is codes.ANY:
        return (lambda char: True) if flags & re.DOTALL else (lambda char: char != "\n")
    if kind is codes.CATEGORY:
        return _CATEGORIES[argument]
    first, last = argument if kind is codes.RANGE else (argument, argument)
    if flags & re.IGNORECASE:
        return lambda char: any(first <= ord(form[0]) <= last for form in (char, char.lower(), char.upper()))
    return lambda char: first <= ord(char) <= last


def _any_of(tests: list[_Test]) -> _Test:
    return lambda char: any(test(char) for test in tests)


def _negated(test: _Test) -> _Test:
    return lambda char: not test(char)


def _place(where: Any, flags: int) -> Callable[[str, int], bool]:
    lines = bool(flags & re.MULTILINE)
    if where in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
        each = lines and where is codes.AT_BEGINNING
        return lambda text, at: at == 0 or (each and text[at - 1] == "\n")
    if where is codes.AT_END_STRING:
        return lambda text, at: at == len(text)
    if where is codes.AT_END:
        return lambda text, at: at == len(text) or (text[at] == "\n" and (lines or at == len(text) - 1))
    inside = where is codes.AT_NON_BOUNDARY
    return lambda text, at: (_is_word(text, at - 1) == _is_word(text, at)) is inside


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")
