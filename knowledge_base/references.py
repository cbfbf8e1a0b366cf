"""References to dated figures in articles, and their rendering.

``{{key}}`` prints the figure of the day, ``{{key@2024-01-01}}`` the one of a day in the past
that the sentence names, and ``:from`` behind either the first day of that figure's window.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from knowledge_base.parameters import ParameterError, Parameters, ParameterValue, plain

_REFERENCE = re.compile(r"\{\{([^{}\n]*)\}\}")
_FORM = re.compile(r"(?P<key>[a-z0-9_.]+)(?:@(?P<day>\d{4}-\d{2}-\d{2}))?(?P<start>:from)?")


@dataclass
class Renderer:
    """Renders lines for one day and remembers what they used."""

    parameters: Parameters
    on: date
    used: dict[str, ParameterValue] = field(default_factory=dict)
    until: date | None = None
    """The last day on which every figure rendered for ``on`` still holds."""

    def render(self, line: str) -> str:
        """Return the line with each reference replaced by the figure.

        Raises:
            ParameterError: a reference is not well-formed, or nothing holds on the day.
        """
        text = _REFERENCE.sub(lambda match: printed(match[1], self.value(match[1])), line)
        if "{{" in text or "}}" in text:
            raise ParameterError("a reference has the form {{key}}")
        return text

    def render_numbers(self, text: str) -> str:
        """Return the text with each reference replaced by the bare number.

        Raises:
            ParameterError: as for :meth:`render`.
        """
        return _REFERENCE.sub(lambda match: plain(self.value(match[1]).value), text)

    def value(self, reference: str) -> ParameterValue:
        """Return the figure that a reference (without its braces) names.

        Raises:
            ParameterError: as for :meth:`render`.
        """
        form = _FORM.fullmatch(reference)
        if form is None:
            raise ParameterError(f"{reference}: a reference has the form key, key@day or key:from")
        try:
            day = date.fromisoformat(form["day"]) if form["day"] else self.on
        except ValueError as error:
            raise ParameterError(f"{reference}: {error}") from error
        value = self.parameters.on(form["key"], day)
        self.used[reference] = value
        if not form["day"] and value.effective_to:
            self.until = min(self.until or date.max, value.effective_to)
        return value


def printed(reference: str, value: ParameterValue) -> str:
    """Return what an article shows for a reference to this value.

    Raises:
        ParameterError: the first day is asked for, and no source names it.
    """
    if not reference.endswith(":from"):
        return value.text
    start = value.effective_from
    if start is None:
        raise ParameterError(f"{reference}: no source names the first day")
    return f"{start.year}年{start.month}月{start.day}日"
