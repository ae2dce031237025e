"""Field paths from text (semantics 1, Paths): a parser by binding power, with the column of each error."""

import math
from typing import NoReturn

from monasca_events_api.semantics.field_path_operators import is_extension, operator_path
from monasca_events_api.semantics.field_path_tokens import Token, tokens
from monasca_events_api.semantics.field_paths import (
    AnyKey,
    Condition,
    Descendants,
    Filter,
    Index,
    Keys,
    NotAPathError,
    Path,
    Root,
    Slice,
    This,
    chain,
    union,
    where,
)

LONGEST = 1024
_DEEPEST = 20
_MOST_DESCENTS = 2

# Loosest first. Brackets after an expression bind loosest of all: `a..b[0]` is the first of the `a..b`.
_BRACKETS, _DESCENT, _CHILD, _UNION, _WHERE = range(5)
_BINDING = {"..": _DESCENT, ".": _CHILD, "|": _UNION, "where": _WHERE}
_COMPARISONS = {"=", "==", "!=", "<", "<=", ">", ">="}
_QUOTES = " (it must stand in quotes to be part of a key)"


def parse_path(text: str, *, extensions: bool = True) -> Path:
    """Read a path of up to 1024 characters that is not blank.

    Without *extensions* filters, `` `len` `` and `` `split(...)` `` are refused. Raises NotAPathError.
    """
    parser = _Parser(text, extensions=extensions)
    path = parser.expression(_BRACKETS)
    parser.expect("end", "'.', '[' or the end")
    return path


class _Parser:
    def __init__(self, text: str, *, extensions: bool) -> None:
        self._tokens = tokens(text)
        self._extensions = extensions
        self._depth = 0
        self._descents = 0
        self._height = 0  # of what was read last: how deep parentheses nest in it
        self._token = next(self._tokens)
        self._is_after_key = False

    def expression(self, binding: int) -> Path:
        """Read as much as binds at least as close as *binding*."""
        return self._continued(self._operand(), binding)

    def expect(self, kind: str, wanted: str) -> Token:
        """Take the next word, which must be of *kind*."""
        if self._token.kind != kind:
            hint = _QUOTES if self._token.kind == ":" and self._is_after_key else ""
            self._fail(f"expected {wanted}, found {self._token}{hint}")
        return self._take()

    def _continued(self, left: Path, binding: int) -> Path:
        # Steps are gathered and joined once: a path of 500 of them would take a time with its square.
        steps, height = [left], self._height
        while True:
            if self._token.kind == "[" and binding == _BRACKETS:
                steps.append(self._bracket())
                height = max(height, self._height)
                continue
            operator_binding = _BINDING.get(self._token.kind, -1)
            if operator_binding < max(binding, _DESCENT):
                self._height = height
                return chain(steps)
            operator = self._take()
            right = self.expression(operator_binding + 1)
            if operator.kind != "." and len(steps) > 1:
                # What brackets have ended stands in the next as if in parentheses, and counts as these do.
                height = self._one_higher(height, operator)
            height = max(height, self._height)
            if operator.kind == ".":
                steps.append(right)
            else:
                steps = [self._joined(chain(steps), operator, right)]

    def _joined(self, left: Path, operator: Token, right: Path) -> Path:
        if operator.kind == "|":
            return union(left, right)
        if operator.kind == "where":
            return where(left, right)
        self._descents += 1
        if self._descents > _MOST_DESCENTS:
            raise NotAPathError(operator.column, f"more than {_MOST_DESCENTS} '..' in a path")
        return Descendants(left, right)

    def _one_higher(self, height: int, token: Token) -> int:
        if height >= _DEEPEST:
            raise NotAPathError(token.column, f"parentheses, filters and brackets nested deeper than {_DEEPEST}")
        return height + 1

    def _operand(self) -> Path:
        token = self._token
        self._height = 0
        if token.kind in ("key", "text"):
            return self._keys()
        if token.kind == "[":
            return self._bracket()
        if token.kind == "operator":
            operator = self._take()
            if is_extension(operator.value):
                self._check_extension(operator, f"`{operator.value}`")
            return operator_path(operator)
        if token.kind == "(":
            return self._group()
        if token.kind in ("*", "$"):
            self._take()
            return AnyKey() if token.kind == "*" else Root()
        return self._fail(f"expected a key, found {token}{_hint(token)}")

    def _keys(self) -> Keys:
        names = [self._take().value]
        while self._token.kind == ",":
            self._take()
            if self._token.kind not in ("key", "text"):
                self._fail(f"expected a key, found {self._token}{_hint(self._token)}")
            names.append(self._take().value)
        return Keys(tuple(names))

    def _group(self) -> Path:
        opening = self._open()
        path = self.expression(_BRACKETS)
        self._close(opening)
        return path

    def _bracket(self) -> Path:
        self._take()
        step = self._bracketed()
        self.expect("]", "']'")
        return step

    def _bracketed(self) -> Path:
        kind = self._token.kind
        self._height = 0
        if kind in ("key", "text"):
            return self._keys()
        if kind == "*":
            self._take()
            return Slice(None, None)
        if kind == "?":
            return self._filter()
        if kind not in ("number", ":"):
            self._fail(f"expected a key, an index, a slice or '*', found {self._token}")
        start = self._optional_number()
        if start is not None and self._token.kind != ":":
            return Index(start)
        self.expect(":", "':'")
        return Slice(start, self._optional_number())

    def _optional_number(self) -> int | None:
        return int(self._take().value) if self._token.kind == "number" else None

    def _filter(self) -> Filter:
        self._check_extension(self._token, "a filter")
        question = self._open()
        conditions = self._conditions()
        self._close(question)
        return Filter(tuple(conditions))

    def _conditions(self) -> list[Condition]:
        conditions = self._condition()
        height = self._height
        while self._token.kind == "&":
            self._take()
            conditions += self._condition()
            height = max(height, self._height)
        self._height = height
        return conditions

    def _condition(self) -> list[Condition]:
        if self._token.kind == "(":
            return self._grouped_condition()
        if self._token.kind == "key" and self._token.value == "@":
            self._take()
            self._height = 0
            return [self._compared(self._continued(This(), _BRACKETS))]
        return [self._compared(self.expression(_BRACKETS))]

    def _grouped_condition(self) -> list[Condition]:
        # Only what follows tells whether the group was one of conditions or the beginning of a path.
        opening = self._open()
        conditions = self._conditions()
        self._close(opening)
        goes_on = self._token.kind == "[" or self._token.kind in _BINDING or self._token.kind in _COMPARISONS
        if not goes_on:
            return conditions
        if len(conditions) > 1 or conditions[0].operator is not None:
            self._fail(f"expected '&', ')' or ']', found {self._token}")
        return [self._compared(self._continued(conditions[0].path, _BRACKETS))]

    def _compared(self, path: Path) -> Condition:
        if self._token.kind not in _COMPARISONS:
            return Condition(path)
        operator = self._take().value
        return Condition(path, "==" if operator == "=" else operator, self._literal())

    def _literal(self) -> str | float:
        token = self._token
        if token.kind not in ("text", "number", "broken", "key", "where"):
            self._fail(f"expected a text, a number, true or false, found {token}")
        self._take()
        if token.kind == "number":
            return int(token.value)
        if token.kind == "broken":
            if math.isinf(float(token.value)):
                raise NotAPathError(token.column, "the number is too large")
            return float(token.value)
        if token.kind == "key" and token.value in ("true", "false"):
            return token.value == "true"
        return token.value

    def _check_extension(self, token: Token, what: str) -> None:
        if not self._extensions:
            raise NotAPathError(token.column, f"{what} is an extension, and extensions are turned off here")

    def _open(self) -> Token:
        # Checked on the way in, too: what nests without end must not exhaust the stack.
        self._depth = self._one_higher(self._depth, self._token)
        return self._take()

    def _close(self, opening: Token) -> None:
        if opening.kind == "(":
            self.expect(")", "')'")
        self._depth -= 1
        self._height = self._one_higher(self._height, opening)

    def _take(self) -> Token:
        token = self._token
        if token.kind != "end":
            self._token = next(self._tokens)
        self._is_after_key = token.kind in ("key", "text")
        return token

    def _fail(self, problem: str) -> NoReturn:
        raise NotAPathError(self._token.column, problem)


def _hint(token: Token) -> str:
    """Say what was meant, probably, by *token* in place of a key."""
    if token.kind == "where":
        return " (where is a word of the path language: put it in quotes)"
    if token.kind in ("number", "broken"):
        index = token.value.partition(".")[0]
        return f" (a key that begins so must stand in quotes, an element of a list is [{index}])"
    return _QUOTES if token.kind == ":" else ""
