"""What the figures of a dashboard are drawn on: cards with charts, in their places."""

from collections.abc import Sequence

from nicegui import ui

from api.console.reports import charts
from api.console.reports.charts import Options
from api.console.reports.parts import card, chart
from api.console.reports.texts import page_texts

_texts = page_texts().figures
_words = _texts.charts
BARS_AT_MOST = 10
PLACES = {
    heading: place
    for place, heading in enumerate(
        (
            _words.by_day,
            _words.topics,
            _words.streets,
            _words.reasons,
            _words.categories,
            _words.waits,
            _words.resolution,
            _words.by_hour,
            _words.outcomes,
            _words.ratings,
            _words.channels,
            _words.agents,
        )
    )
}
"""Where each chart stands, in whatever order they are counted."""
_MINUTES_AT_MOST = 90
"""From here on hours are said."""


def percent(share: float | None) -> str:
    """A share as people read it."""
    return _texts.none_yet if share is None else f"{share:.1%}"


def duration(minutes: float | None) -> str:
    """Minutes, or hours where there are many."""
    if minutes is None:
        return _texts.none_yet
    if minutes <= _MINUTES_AT_MOST:
        return _texts.minutes.format(number=f"{minutes:.0f}")
    return _texts.hours.format(number=f"{minutes / 60:.1f}")


def bars(heading: str, lines: Sequence[tuple[str, int]], unit: str, color: str) -> None:
    """Lying bars in their card, the first ones of the lines."""
    shown = lines[:BARS_AT_MOST]
    if not any(count for _, count in shown):
        nothing(heading)
        return
    options: Options = charts.bars(
        [name for name, _ in shown], [count for _, count in shown], unit, color=color
    )
    chart(heading, options, said(heading, shown), PLACES[heading], rows=len(shown))


def nothing(heading: str) -> None:
    """A card that says that there is nothing to draw."""
    with card(heading, PLACES[heading]):
        ui.label(_texts.none).classes("reports-note")


def said(heading: str, lines: Sequence[tuple[str, int]]) -> str:
    """A chart in words."""
    return f"{heading}：" + "，".join(f"{name} {count}" for name, count in lines)
