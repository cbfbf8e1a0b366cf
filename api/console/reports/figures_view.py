"""How figures are drawn: each function counts one and returns what puts it on the page."""

from collections.abc import Callable

from nicegui import ui

from api.console.reports import charts
from api.console.reports.buckets import by_time
from api.console.reports.figures_cards import (
    BARS_AT_MOST,
    PLACES,
    bars,
    duration,
    nothing,
    percent,
    said,
)
from api.console.reports.parts import card, chart, table, tile
from api.console.reports.texts import page_texts
from api.reports.desk import Desk, Waits
from api.reports.figures import Reports
from api.reports.periods import DayRange
from api.reports.texts import report_texts
from api.storage.models import OPEN_HANDOFF_STATES, Channel
from knowledge_base.areas import area_names

_texts = page_texts().figures
_words = _texts.charts

Drawing = Callable[[], None]


class Drawn:
    """Two halves of what one figure puts on the page: tiles, and charts below them."""

    def __init__(self, tiles: Drawing, below: Drawing) -> None:
        self.tiles = tiles
        self.below = below


def draw_into(drawn: Drawn, tiles: ui.element, below: ui.element) -> None:
    """Put both in their places."""
    with tiles:
        drawn.tiles()
    with below:
        drawn.below()


async def volumes(figures: Reports, days: DayRange) -> Drawn:
    """Conversations by time, hour and channel."""
    counted = await figures.volumes(days)
    total = counted.total
    names = report_texts().channels

    def tiles() -> None:
        hint = _texts.tiles.conversations_hint.format(silent=counted.silent)
        tile(_texts.tiles.conversations, f"{total.conversations:,}", hint)
        alone = total.conversations - total.handed_over
        hint = _texts.tiles.containment_hint.format(count=f"{alone:,}")
        tile(_texts.tiles.containment, percent(total.containment), hint)

    def below() -> None:
        times = by_time(counted.by_day)
        labels = [label for label, _ in times]
        series = {names[channel]: [at[channel] for _, at in times] for channel in Channel}
        unit = _words.conversations_unit
        in_words = f"{_words.by_day}：{total.conversations} {unit}"
        options = charts.columns(labels, series, unit)
        chart(_words.by_day, options, in_words, PLACES[_words.by_day], wide=True)
        hours = [f"{hour}:00" for hour in range(24)]
        options = charts.columns(hours, {_words.by_hour: counted.by_hour}, unit)
        busiest = max(range(24), key=lambda hour: counted.by_hour[hour])
        in_words = f"{_words.by_hour}：{busiest}:00"
        chart(_words.by_hour, options, in_words, PLACES[_words.by_hour])
        with card(_words.channels, PLACES[_words.channels]):
            table(
                _words.channels,
                (
                    ("channel", _texts.tables.channel, "left"),
                    ("conversations", _texts.tables.conversations, "right"),
                    ("handed_over", _texts.tables.handed_over, "right"),
                    ("containment", _texts.tables.containment, "right"),
                ),
                [
                    {
                        "channel": names[channel],
                        "conversations": f"{of.conversations:,}",
                        "handed_over": f"{of.handed_over:,}",
                        "containment": percent(of.containment),
                    }
                    for channel, of in counted.by_channel.items()
                ],
            )

    return Drawn(tiles, below)


async def desk(figures: Reports, days: DayRange) -> Drawn:
    """Cases, waits and promises."""
    counted = await figures.desk(days)
    texts = report_texts()

    def below() -> None:
        reasons = [(texts.reasons[reason], count) for reason, count in counted.by_reason.items()]
        bars(_words.reasons, reasons, _words.cases_unit, charts.RED)
        categories = [(each.category, each.cases) for each in counted.by_category]
        bars(_words.categories, categories, _words.cases_unit, charts.RED)
        for heading, waits in (
            (_words.waits, counted.first_answer),
            (_words.resolution, counted.resolution),
        ):
            options = charts.columns(
                _texts.buckets,
                {heading: waits.working.histogram},
                _words.cases_unit,
                every_label=True,
            )
            in_words = f"{heading}：{duration(waits.working.median)}"
            chart(heading, options, in_words, PLACES[heading])
        outcomes = [(texts.outcomes[kind], count) for kind, count in counted.by_outcome.items()]
        bars(_words.outcomes, outcomes, _words.cases_unit, charts.TEAL)

    return Drawn(lambda: _desk_tiles(counted), below)


def _desk_tiles(counted: Desk) -> None:
    words, promises = _texts.tiles, counted.promises
    is_open = sum(counted.by_state.get(state, 0) for state in OPEN_HANDOFF_STATES)
    tile(words.cases, f"{counted.cases:,}", words.cases_hint.format(open=is_open))
    _wait_tile(words.first_answer, words.first_answer_hint, counted.first_answer)
    _wait_tile(words.resolution, words.resolution_hint, counted.resolution)
    due = promises.kept + promises.broken
    hint = words.on_time_hint.format(**promises.model_dump())
    tile(words.on_time, percent(promises.kept / due if due else None), hint)


def _wait_tile(name: str, hint: str, waits: Waits) -> None:
    clock = duration(waits.clock.median)
    tile(name, duration(waits.working.median), hint.format(clock=clock))


async def answers(figures: Reports, days: DayRange) -> Drawn:
    """Topics, and what there was no answer to."""
    counted = await figures.answers(days)
    names = area_names()

    def tiles() -> None:
        hint = _texts.tiles.declined_hint.format(count=f"{counted.declined:,}")
        tile(_texts.tiles.declined, percent(counted.declined_share), hint)

    def below() -> None:
        other = report_texts().other_topics
        topics = [
            (names.get(topic.area, other) if topic.area else other, topic.answers)
            for topic in counted.topics
        ]
        bars(_words.topics, topics, _words.answers_unit, charts.BLUE)

    return Drawn(tiles, below)


async def opinions(figures: Reports, days: DayRange) -> Drawn:
    """Ratings and feedback."""
    counted = await figures.opinions(days)

    def tiles() -> None:
        average = f"{counted.average:.1f}" if counted.average is not None else _texts.none_yet
        hint = _texts.tiles.satisfied_hint.format(rated=f"{counted.rated:,}", average=average)
        tile(_texts.tiles.satisfied, percent(counted.satisfied), hint)
        marked = counted.helpful + counted.not_helpful
        hint = _texts.tiles.helpful_hint.format(marked=f"{marked:,}")
        tile(_texts.tiles.helpful, percent(counted.helpful / marked if marked else None), hint)

    def below() -> None:
        stars = [
            (_words.stars.format(score=score), counted.ratings[score]) for score in range(5, 0, -1)
        ]
        bars(_words.ratings, stars, _words.people_unit, charts.SAND)

    return Drawn(tiles, below)


async def streets(figures: Reports, days: DayRange) -> Drawn:
    """Conversations by street."""
    counted = (await figures.streets(days))[:BARS_AT_MOST]

    def below() -> None:
        if not counted:
            nothing(_words.streets)
            return
        options = charts.bars(
            [each.street for each in counted],
            [each.conversations for each in counted],
            _words.conversations_unit,
            more=(
                _texts.tables.conversations,
                _words.handed_over,
                [each.handed_over for each in counted],
            ),
        )
        in_words = said(_words.streets, [(each.street, each.conversations) for each in counted])
        # Two bars a street.
        chart(
            _words.streets,
            options,
            in_words,
            PLACES[_words.streets],
            rows=round(len(counted) * 1.3) + 1,
        )

    return Drawn(lambda: None, below)


async def agents(figures: Reports, days: DayRange) -> Drawn:
    """Cases by member of staff."""
    counted = await figures.agents(days)

    def below() -> None:
        with card(_words.agents, PLACES[_words.agents], wide=True):
            words = _texts.tables
            table(
                _words.agents,
                (
                    ("name", words.name, "left"),
                    ("cases", words.cases, "right"),
                    ("answered", words.answered, "right"),
                    ("resolved", words.resolved, "right"),
                    ("late", words.late, "right"),
                    ("median", words.median, "right"),
                ),
                [
                    {
                        "name": each.name,
                        "cases": each.work.cases,
                        "answered": each.work.answered,
                        "resolved": each.work.resolved,
                        "late": each.work.broken_promises,
                        "median": duration(each.work.first_answer.working.median),
                    }
                    for each in counted
                ],
            )

    return Drawn(lambda: None, below)
