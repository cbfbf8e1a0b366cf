"""Overtime pay: the dialogue's side; the arithmetic is in :mod:`.overtime_pay`.

《劳动法》第四十四条 and 《工资支付暂行规定》第十三条 (facts JB01, JB06, JB07): not less than 150 %
of the wage on a working day, 200 % on a rest day without time off in lieu, 300 % on a statutory
holiday; piece work beyond the norm at the same rates of its unit price. A day's wage is the
monthly wage by 21.75, an hour's wage an eighth of that (JB05). Of a long holiday only the days of
《全国年节及纪念日放假办法》第二条 are statutory (JB04). What is paid for work on the half-day
holidays of women and young people is not verified (JB14) and never worked out.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines, OwnReading
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.overtime_pay import (
    HOURS_PER_DAY,
    HOURS_PER_MONTH_AT_MOST,
    HOURS_PER_WORKDAY_AT_MOST,
    RATES,
    DayType,
    Overtime,
    OvertimePay,
    Unit,
    Wage,
    base_of,
    overtime_pay,
)
from actions.calculators.overtime_reading import by_kind_of_day, is_told_piecewise
from actions.calculators.overtime_work import (
    HALF_DAY,
    PARTS,
    TIME,
    WAGES,
    day_type_of,
    days_of,
    dropping,
    has_parts,
    is_by_the_piece,
    is_half_day,
    is_told_in_parts,
    is_undivided,
    kinds_of,
    missing_time,
    overtime_per_day,
    parts_of,
    statutory_days_of,
    wage_of,
    with_kind_alone,
    with_part,
    without,
    work_of,
)
from actions.calculators.texts import CalculatorTexts, calculator_texts
from actions.entities import Entity
from knowledge_base.parameters import parameters

_ARTICLES: Final = {
    DayType.WORKDAY: "overtime-limits",
    DayType.REST_DAY: "overtime-time-off",
    DayType.HOLIDAY: "statutory-holiday-overtime",
}
_PER_DAY: Final = re.compile(r"每|天天|[一两三四五六七八九十几\d]天|各")
_ADDS: Final = re.compile(r"还有|还加|另外|外加|加上|再加|除了|也[有加上]")
_CORRECTS: Final = re.compile(r"不对|不是|错了|说错|应该|改成|更正")


class OvertimeCalculator:
    """Asks for the kind of day, the time or the pieces, and the wage.

    Several kinds of day are paid each at its own rate: ``day_type`` and the time behind it are
    those of the kind in hand, the fields of ``PARTS`` those of kinds that were told before it
    or together in one message.

    Used only if told: ``festival`` (divides a long holiday), ``one_day`` and ``times`` (instead
    of ``days``), ``hours_per_day`` on a rest day or a holiday, ``daily_wage`` and
    ``hourly_wage`` (instead of the monthly wage), ``pay_form`` (piece work, which asks for
    ``pieces`` and ``piece_price``), ``paid`` (leaves the difference).
    """

    name = "overtime"
    fields = (
        Field("day_type", Kind.CHOICE),
        Field("festival", Kind.CHOICE),
        Field("days", Kind.DAYS, at_least=Decimal("0.25"), at_most=Decimal(3000)),
        Field("one_day", Kind.CHOICE),
        Field("times", Kind.COUNT, at_least=Decimal(1), at_most=Decimal(3000)),
        Field("hours_per_day", Kind.HOURS, at_least=Decimal("0.25"), at_most=Decimal(24)),
        Field("hours", Kind.HOURS, at_least=Decimal("0.25"), at_most=Decimal(10_000)),
        Field(
            "monthly_wage",
            Kind.MONEY,
            at_least=Decimal(100),
            at_most=Decimal(1_000_000),
            lasting=True,
            alternatives=frozenset({"daily_wage", "hourly_wage"}),
        ),
        Field("daily_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(5000)),
        Field("hourly_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1000)),
        Field("pay_form", Kind.CHOICE),
        Field("piece_price", Kind.MONEY, at_least=Decimal("0.001"), at_most=Decimal(100_000)),
        Field("pieces", Kind.COUNT, at_least=Decimal(1), at_most=Decimal(1_000_000)),
        Field("paid", Kind.MONEY, at_most=Decimal(1_000_000)),
        Field("workday_hours", Kind.HOURS, Decimal("0.25"), Decimal(10_000), apart=True),
        Field("rest_day_hours", Kind.HOURS, Decimal("0.25"), Decimal(10_000), apart=True),
        Field("rest_day_days", Kind.DAYS, Decimal("0.25"), Decimal(3000), apart=True),
        Field("holiday_hours", Kind.HOURS, Decimal("0.25"), Decimal(10_000), apart=True),
        Field("holiday_days", Kind.DAYS, Decimal("0.25"), Decimal(3000), apart=True),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        if is_half_day(values):
            return None
        day_type = day_type_of(values)
        if day_type is None and not is_told_in_parts(values):
            return "day_type"
        if is_by_the_piece(values):
            return next((name for name in ("pieces", "piece_price") if name not in values), None)
        time = None if day_type is None else missing_time(values, day_type)
        if time is None and is_undivided(values):
            time = "holiday_days"
        if time is None and not values.keys() & WAGES:
            return "monthly_wage"
        return time

    def contradiction(self, values: Values) -> str | None:
        days = days_of(values)
        if days is None or "hours" not in values or values.decimal("hours") <= 24 * days:
            return None
        hours = values.decimal("hours")
        return self.texts.line("too_many_hours", hours=plain(hours), days=plain(days))

    def read_own(self, text: str, entities: Sequence[Entity], asked: str | None) -> OwnReading:
        options = self.texts.fields["day_type"].options
        kinds = [code for code, option in options.items() if option.says.search(text)]
        worked = by_kind_of_day(text, entities, kinds, asked) if kinds else {}
        if len(kinds) > 1:
            parts = dict(parts_of(worked))
            # What cannot be told apart is not read at all: it would be paid at a wrong rate.
            return OwnReading(parts, frozenset({"day_type", *TIME}))
        if is_told_piecewise(text, entities):
            return OwnReading(settled=frozenset(TIME))
        if not worked or asked == "hours_per_day" or _PER_DAY.search(text):
            return OwnReading()
        if any(each.entity == "count" for each in entities):
            return OwnReading()
        hours = worked[kinds[0]].hours
        return OwnReading({} if hours is None else {"hours": hours})

    def merged(self, known: Values, told: Values, text: str) -> Values:
        if told.keys() & set(WAGES):
            # Two wages for different times are not one wage: the last one told holds.
            known = dropping(known, set(WAGES))
        if told.get("festival") == HALF_DAY and kinds_of(known):
            # The time is that of the half-day holiday, for which there is no rate.
            return Values({**known, **dropping(told, TIME)})
        if is_undivided(known) and set(told) == {"holiday_days"}:
            return Values({**known, **told})
        told_kinds = [kind for kind, names in PARTS.items() if told.keys() & set(names)]
        if told_kinds and not told.keys() & {"day_type", *TIME}:
            return Values({**without(with_part(known, told_kinds), told_kinds), **told})
        new, old = day_type_of(told), day_type_of(known)
        if new is None or new == old:
            return Values({**known, **told})
        adds, corrects = bool(_ADDS.search(text)), bool(_CORRECTS.search(text))
        if not told.keys() & set(TIME):
            return with_kind_alone(known, told, new, adds=adds, corrects=corrects)
        if corrects and not adds and not has_parts(known):
            return Values({**dropping(known, {"festival", *TIME}), **told})
        return Values({**without(with_part(known, [new]), [new]), **told})

    def compute(self, values: Values, on: date) -> Computation:
        if is_half_day(values):
            return Computation(
                self.texts.line("half_day_headline"),
                notes=(self.texts.line("half_day_way"),),
                confirmed=False,
                articles=("half-day-holidays-at-work",),
            )
        paid_days = parameters().value("working_time.paid_days_per_month", on=on)
        wage = wage_of(values)
        work = work_of(values, on)
        pay = overtime_pay(wage, work, paid_days)
        kinds = [kind for kind in DayType if kind in kinds_of(values)]
        piece_rate = wage.per is Unit.PIECE
        articles = ["overtime-piece-rate"] if piece_rate else [_ARTICLES[kind] for kind in kinds]
        return Computation(
            self._headline(values, kinds, pay.total),
            self._steps(values, wage, work, pay, paid_days),
            self._notes(values, kinds, work, on),
            articles=tuple(articles),
        )

    def _headline(self, values: Values, kinds: Sequence[DayType], total: Decimal) -> str:
        line = "headline_rest_day" if DayType.REST_DAY in kinds else "headline"
        headline = self.texts.line(line, total=yuan(total))
        if "paid" not in values:
            return headline
        paid = values.decimal("paid")
        short = max(total - paid, Decimal(0))
        return headline + self.texts.line(
            "short" if short else "enough", paid=yuan(paid), short=yuan(short)
        )

    def _steps(
        self,
        values: Values,
        wage: Wage,
        work: tuple[Overtime, ...],
        pay: OvertimePay,
        paid_days: Decimal,
    ) -> tuple[str, ...]:
        steps = Lines(self.texts)
        told = values.decimal("hours_per_day") if "hours_per_day" in values else Decimal(0)
        is_workday = day_type_of(values) is DayType.WORKDAY
        if is_workday and "hours" not in values and told > HOURS_PER_DAY:
            steps.add("shift", told=plain(told), overtime=plain(told - HOURS_PER_DAY))
        formulas = {
            unit: self.texts.line(
                f"{wage.per}_to_{unit}",
                wage=plain(wage.amount),
                paid_days=plain(paid_days),
                hours=plain(HOURS_PER_DAY),
            )
            for unit in dict.fromkeys(each.unit for each in work)
        }
        for unit, formula in formulas.items():
            if wage.per is not unit:
                steps.add(f"one_{unit}", formula=formula, base=yuan(base_of(wage, unit, paid_days)))
        for each, amount in zip(work, pay.parts, strict=True):
            steps.add(
                "part",
                kind=self.texts.fields["day_type"].options[each.day_type].title,
                formula=formulas[each.unit],
                quantity=self.texts.line(f"in_{each.unit}", count=yuan(each.quantity)),
                percent=plain(100 * RATES[each.day_type]),
                amount=yuan(amount),
            )
        if len(work) > 1:
            steps.add("sum", total=yuan(pay.total))
        return steps.all()

    def _notes(
        self, values: Values, kinds: Sequence[DayType], work: tuple[Overtime, ...], on: date
    ) -> tuple[str, ...]:
        notes = Lines(self.texts)
        if values.get("festival") == HALF_DAY:
            notes.add("half_day_headline")
        if any(each.day_type is DayType.REST_DAY for each in work):
            notes.add("time_off")
        if DayType.HOLIDAY in kinds:
            notes.add("no_time_off")
            self._add_holiday_days(notes, values, on)
        units = {each.unit for each in work}
        if Unit.PIECE in units:
            notes.add("pieces")
            return (*notes.all(), self.texts.line("special"), self.texts.line("evidence"))
        if Unit.DAY in units:
            notes.add("eight_hours", hours=plain(HOURS_PER_DAY))
        counted = [
            each.quantity * (HOURS_PER_DAY if each.unit is Unit.DAY else 1)
            for each in work
            if each.day_type is not DayType.HOLIDAY
        ]
        hours = sum(counted, Decimal(0))
        if hours > HOURS_PER_MONTH_AT_MOST:
            notes.add("month_limit", hours=yuan(hours), limit=plain(HOURS_PER_MONTH_AT_MOST))
        in_hand = day_type_of(values)
        a_day = overtime_per_day(values, in_hand) if in_hand is not None else None
        if in_hand is DayType.WORKDAY and a_day and a_day > HOURS_PER_WORKDAY_AT_MOST:
            notes.add("day_limit", hours=plain(a_day), limit=plain(HOURS_PER_WORKDAY_AT_MOST))
        notes.add("basis")
        notes.add("special")
        notes.add("evidence")
        return notes.all()

    def _add_holiday_days(self, notes: Lines, values: Values, on: date) -> None:
        if values.get("festival", HALF_DAY) == HALF_DAY:
            total = parameters().value("public_holidays.total", on=on)
            notes.add("holiday_days", total=plain(total))
            return
        festival = values.choice("festival")
        notes.add(
            "festival_days",
            festival=self.texts.fields["festival"].options[festival].title,
            count=plain(statutory_days_of(festival, on)),
        )
