"""What supports the figures of an article: its facts, sources, parameters and calculations."""

import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from knowledge_base.figures import Figure, Kind, extract_figures

_BRACKETS = re.compile(r"（([^（）]*)）")
_RANGE = re.compile(r"\s*(?:[—–-]+|至|到)\s*")
_COUNTED = {Kind.RULE, Kind.GRADE, Kind.MONTH_OF_YEAR}
"""Kinds of which a range holds every whole number."""


class Evidence:
    """A set of supported figures, to which texts are added one by one."""

    def __init__(self) -> None:
        self._exact: set[tuple[Kind, Fraction]] = set()
        self._without_unit: set[Fraction] = set()
        self._numbers: set[Fraction] = set()

    def add_text(self, text: str) -> None:
        """Add what a text states."""
        figures = extract_figures(text)
        self._add(figures)
        self._add_between(text, figures)

    def add_fact(self, text: str) -> None:
        """Add what a line of the register states.

        Its brackets name articles of laws by bare numbers (合同法48—50): these support
        no other figure.
        """
        for inside in _BRACKETS.findall(text):
            rules = [
                Figure(each.text, each.start, Kind.RULE, each.value, each.number)
                if each.kind is Kind.NUMBER
                else each
                for each in extract_figures(inside)
            ]
            self._add(rules)
            self._add_between(inside, rules)
        outside = _BRACKETS.sub("；", text)
        figures = extract_figures(outside)
        self._add(figures)
        self._add_between(outside, figures)
        self._exact |= {(Kind.RULE, each.value) for each in figures if each.kind is Kind.NUMBER}

    def add_number(self, number: Decimal) -> None:
        """Add a number that may stand with any unit."""
        self._without_unit.add(Fraction(number))
        self._numbers.add(Fraction(number))

    def supports(self, figure: Figure) -> bool:
        """Tell whether the figure was added, in whatever spelling.

        A number without a unit on either side matches the same number with one; a year or a
        month matches a date in it.
        """
        if (figure.kind, figure.value) in self._exact:
            return True
        if figure.kind is Kind.DATE:
            return any(_lies_in(date, figure.value) for date in self._of(Kind.DATE))
        if figure.kind is Kind.DAY_OF_YEAR:
            return any(date % 10_000 == figure.value for date in self._of(Kind.DATE))
        if figure.kind is Kind.MONTH_OF_YEAR:
            days = self._of(Kind.DAY_OF_YEAR) + [date % 10_000 for date in self._of(Kind.DATE)]
            return any(day // 100 == figure.value for day in days)
        if figure.kind is Kind.NUMBER:
            return figure.number in self._numbers
        return figure.kind is not Kind.RULE and figure.number in self._without_unit

    def _of(self, kind: Kind) -> list[Fraction]:
        return [value for each, value in self._exact if each is kind]

    def _add(self, figures: list[Figure]) -> None:
        for figure in figures:
            self._exact.add((figure.kind, figure.value))
            self._numbers |= {figure.number, figure.value}
            if figure.kind is Kind.NUMBER:
                self._without_unit.add(figure.number)

    def _add_between(self, text: str, figures: list[Figure]) -> None:
        """Add what a range of articles, grades or months holds: 第五十三条至第五十五条."""
        for first, last in pairwise(figures):
            gap = text[first.start + len(first.text) : last.start]
            if first.kind is last.kind and first.kind in _COUNTED and _RANGE.fullmatch(gap):
                between = range(int(first.value), int(last.value))
                self._exact |= {(first.kind, Fraction(number)) for number in between}


def _lies_in(date: Fraction, period: Fraction) -> bool:
    """Tell whether a date lies in a year (20260000) or a month (20260100)."""
    if period % 10_000 == 0:
        return date // 10_000 == period // 10_000
    return period % 100 == 0 and date // 100 == period // 100
