"""Reads time expressions: timex's language, with the mistakes found at once (semantics 2; 3, Limits)."""

import re
from typing import NoReturn

from monasca_events_api.semantics.time_arithmetic import CALENDAR_UNITS, UNITS, Change, Replacement, Shift
from monasca_events_api.semantics.time_terms import (
    CalendarUnit,
    ChangedInstant,
    ChangedSpan,
    DateOf,
    FromTo,
    Instant,
    Span,
    Term,
)

LONGEST = 255
"""Characters of an expression; so parentheses cannot nest deep enough to end the stack."""

LARGEST_NUMBER = 1_000_000

_UNIT_WORDS = {
    "us": "microsecond",
    "s": "second",
    "sec": "second",
    "m": "minute",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "d": "day",
    "mo": "month",
    "y": "year",
    "yr": "year",
}
_NATURAL_RANGE = {
    "microsecond": (0, 999_999),
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "day": (1, 31),
    "month": (1, 12),
    "year": (1, 9999),
}
# timex takes these words for its own wherever they stand, after a "$" too.
_RESERVED = {"to", *_UNIT_WORDS}

_BLANKS = re.compile(r"[ \t\n]*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNIT_AND_DIGIT = re.compile(rf"({'|'.join(_UNIT_WORDS)})[0-9]")
_AMOUNT = re.compile(r"([0-9]+)[ \t\n]*([A-Za-z_][A-Za-z0-9_]*)[ \t\n]*")


class NotATimeExpression(ValueError):
    """A text that is none; says the column, from 1, and what is wrong there."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(f"Not a time expression: column {column}: {reason}")


def parse_term(text: str) -> Term:
    """Read a whole expression; raise NotATimeExpression at the first mistake."""
    if len(text) > LONGEST:
        raise NotATimeExpression(LONGEST + 1, f"longer than {LONGEST} characters")
    return _Reader(text).whole()


class _Reader:
    """Reads from left to right; ``at`` always stands before a token or at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.pass_by(0)

    def whole(self) -> Term:
        term = self.expression()
        if self.at < len(self.text):
            goes_on = "+, -, @ or to" if isinstance(term, DateOf | ChangedInstant) else "+, - or @"
            self.fail(f"the end, {goes_on} is wanted")
        return term

    def expression(self) -> Term:
        start = self.at
        term = self.operand()
        if self.word() != "to":
            return term
        begin = self.instant(term, start)
        self.pass_by(len("to"))
        start = self.at
        return FromTo(begin, self.instant(self.operand(), start))

    def operand(self) -> Term:
        term = self.primary()
        while (sign := self.next()) and sign in "+-@":
            self.pass_by(1)
            if isinstance(term, DateOf | ChangedInstant):
                term = ChangedInstant(term, self.change(sign, None))
            else:
                term = ChangedSpan(term, self.change(sign, term.unit), term.unit)
        return term

    def primary(self) -> Term:
        if self.next() == "$":
            return self.variable()
        if self.next() == "(":
            self.pass_by(1)
            term = self.expression()
            self.close()
            return term
        word = self.word()
        if word not in CALENDAR_UNITS:
            self.fail(f"$ and a name, one of {', '.join(CALENDAR_UNITS)}, or ( is wanted")
        self.pass_by(len(word))
        return self.calendar_unit(word)

    def variable(self) -> Instant:
        self.pass_by(1)
        name = self.word()
        if not name:
            self.fail("a name is wanted after $")
        if name in _RESERVED:
            self.fail(f"{name!r} is a word of the language and no name")
        self.pass_by(len(name))
        return DateOf(name)

    def calendar_unit(self, unit: str) -> Span:
        if self.next() != "(":
            return CalendarUnit(unit, DateOf("timestamp"))
        self.pass_by(1)
        start = self.at
        around = self.instant(self.expression(), start)
        self.close()
        return CalendarUnit(unit, around)

    def change(self, sign: str, calendar_unit: str | None) -> Change:
        start = self.at
        amounts = self.amounts(calendar_unit)
        if sign != "@":
            return Shift.by(amounts, 1 if sign == "+" else -1)
        for unit, amount in amounts.items():
            least, most = _NATURAL_RANGE[unit]
            if not least <= amount <= most:
                self.fail(f"after @ {unit} is from {least} to {most}", start)
        return Replacement(amounts)

    def amounts(self, calendar_unit: str | None) -> dict[str, int]:
        """Read a duration; a unit that stands twice counts together, as in timex."""
        amounts: dict[str, int] = {}
        while match := _AMOUNT.match(self.text, self.at):
            unit = _UNIT_WORDS.get(match[2])
            if unit is None:
                glued = _UNIT_AND_DIGIT.match(match[2])
                if glued:
                    self.fail(f"a blank is wanted after {glued[1]}", match.start(2) + glued.end(1))
                self.fail(f"a unit is wanted: {', '.join(_UNIT_WORDS)}", match.start(2))
            if int(match[1]) > LARGEST_NUMBER:
                self.fail(f"numbers go up to {LARGEST_NUMBER}")
            if calendar_unit and UNITS.index(unit) >= UNITS.index(calendar_unit):
                self.fail(f"a range of one {calendar_unit} is changed by smaller units only")
            amounts[unit] = amounts.get(unit, 0) + int(match[1])
            self.at = match.end()
        if self.next().isdigit():
            self.fail(f"a unit is wanted after each number: {', '.join(_UNIT_WORDS)}")
        if not amounts:
            self.fail("a duration is wanted, e.g. 1d 2h")
        return amounts

    def close(self) -> None:
        if self.next() != ")":
            self.fail("+, -, @ or ) is wanted")
        self.pass_by(1)

    def instant(self, term: Term, start: int) -> Instant:
        if not isinstance(term, DateOf | ChangedInstant):
            self.fail("an instant is wanted, not a range", start)
        return term

    def word(self) -> str:
        match = _WORD.match(self.text, self.at)
        return match[0] if match else ""

    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def pass_by(self, characters: int) -> None:
        self.at = _BLANKS.match(self.text, self.at + characters).end()  # type: ignore[union-attr]

    def fail(self, reason: str, at: int | None = None) -> NoReturn:
        raise NotATimeExpression((self.at if at is None else at) + 1, reason)
