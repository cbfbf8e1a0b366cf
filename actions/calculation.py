"""``calculator_form``: fills in a calculator's figures and gives the result."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from actions import calculation_replies as replies
from actions.answer import LIKELY, Answering
from actions.calculators.calculator import Calculator, Particular
from actions.calculators.catalogue import BY_INTENT, CALCULATORS
from actions.calculators.fields import Kind, Value, Values, from_json, to_json
from actions.calculators.reading import Reading, decimal_of, read
from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.interruptions import Interruptions
from actions.memory import OFFER_OF_A_PERSON, Calculation, Figure, Memory
from actions.search import Search
from actions.texts import texts
from actions.turn import Outcome, Turn

_FIGURES_KEPT_FOR = timedelta(days=1)
_SURE = 0.4
"""Confidence below which a calculation is not started: another one may be meant, or none."""
_UNANSWERED_AT_MOST = 2
_LIKELY_MONEY = 100
"""A bare number from here on is an amount, not hours or days."""
_SHORT = 12
"""Characters up to which a message with the figure that was asked for is a reply to it, whatever
its intent."""
_BARE = re.compile(
    r"(?:不对|不是|就是|说错了?|错了|应该|改成|大概|大约|差不多|左右|那|是|嗯|哦|啊|吧|呢|的|了|有|还|元|块钱?"
    r"|一个?月|每月|[ ,，.。!！、…:：])*+"
)
"""What may stand beside a figure that is the whole message: "不对，是9000", "大概12000元吧"."""
_REPLIES = {"inform", "affirm", "deny", "correct", "nlu_fallback", None, *BY_INTENT}
"""Intents of messages that may be replies to a question of the form."""


class Calculating:
    """Takes figures from the messages, asks for what is missing, and computes."""

    def __init__(self, search: Search, answering: Answering, interruptions: Interruptions) -> None:
        self._search = search
        self._answering = answering
        self._interruptions = interruptions

    async def fill(self, turn: Turn) -> Outcome:
        """Take one message; the form goes on until the result is given or the worker leaves."""
        settled = await self._answering.settle(turn)
        if settled is not None:
            return settled
        filling = self._filling(turn)
        if filling is None or (filling.is_new and turn.confidence < _SURE):
            return await self._answering.fallback(turn)
        if filling.is_new and _matches(filling.calculator.texts.for_a_person, turn):
            return Outcome(turn.memory.having(calculation=None, offer=None), loop=INTAKE_FORM)
        if filling.is_new and _matches(filling.calculator.texts.by_rule, turn):
            return await self._answering.answer(turn)
        if turn.loop == CALCULATOR_FORM and not filling.is_new and not _is_reply(turn, filling):
            return await self._interrupted(turn, filling)
        if filling.is_new and not filling.accepted and not self._can_compute(turn, filling):
            general = await self._general_question(turn, filling)
            if general is not None:
                return general
        return self._next(turn, filling)

    def _filling(self, turn: Turn) -> "_Filling | None":
        """Return the calculation that the message starts or goes on with."""
        state = turn.memory.calculation
        accepted = _accepted(turn)
        wanted = accepted or _opened(turn) or BY_INTENT.get(turn.intent or "")
        if accepted is not None and state is not None and not state.done:
            calculator, is_new = accepted, True
        elif wanted is not None and (
            state is None or state.done or state.asked is None or state.calculator != wanted.name
        ):
            # A correction of a result counts as going on with it.
            calculator, state = wanted, Calculation(calculator=wanted.name)
            is_new = True
        elif state is not None and state.calculator in CALCULATORS:
            calculator, is_new = CALCULATORS[state.calculator], False
        else:
            return None
        reading = read(
            calculator,
            turn.folded,
            turn.entities,
            asked=_asked(calculator, state, turn),
            said_yes={"affirm": True, "deny": False}.get(turn.intent or ""),
        )
        values = _values(calculator, state.values)
        known, values = values, _merged(calculator, values, reading, turn.folded)
        void = frozenset(known).difference(values)
        remembered = _remembered(calculator, turn, values) if is_new else {}
        return _Filling(
            calculator, state, reading, values, remembered, is_new, accepted is not None, void
        )

    async def _general_question(self, turn: Turn, filling: "_Filling") -> Outcome | None:
        """Answer by the rule where the figures do not suffice yet; offer to compute.

        A worker who wants something worked out is asked for the figures at once, and so is one
        whose question has no answer without them (``asks_first``).
        """
        if texts().compute.search(turn.folded):
            return None
        calculator = filling.calculator
        found = await self._search(turn.text)
        if found.result.probability < LIKELY or not found.result.hits:
            return None
        own_areas = {
            document.area
            for document in map(found.knowledge_base.document, calculator.texts.articles)
            if document is not None
        }
        if calculator.texts.asks_first and found.result.hits[0].document.area in own_areas:
            return None
        outcome = self._answering.from_found(turn, found)
        if outcome is None or outcome.reply is None:
            return None
        told = Values(filling.values)
        state = Calculation(calculator=calculator.name, values=_to_json(told))
        memory = outcome.memory.having(offer=calculator.name, calculation=state)
        return Outcome(memory, replies.with_offer(outcome.reply, calculator.texts.offer))

    def _can_compute(self, turn: Turn, filling: "_Filling") -> bool:
        """Tell whether the first message is a case of one's own with all its figures."""
        reading = filling.reading
        if reading.implausible:
            return True
        told = Values({**filling.remembered, **reading.values})
        return _is_own_case(reading) and filling.calculator.missing(told) is None

    async def _interrupted(self, turn: Turn, filling: "_Filling") -> Outcome:
        state = filling.state
        if turn.stops_for_a_person:
            question = replies.question_again(filling.calculator, state.asked)
            return await self._interruptions.handle(
                replace(turn, intent="request_human"), question, CALCULATOR_FORM
            )
        if turn.intent == "stop":
            return Outcome(turn.memory.having(calculation=None), replies.stopped())
        if turn.intent == "skip" or turn.intent == "not_helpful":
            return self._cannot_compute(turn, filling)
        question = replies.question_again(filling.calculator, state.asked)
        return await self._interruptions.handle(turn, question, CALCULATOR_FORM)

    def _cannot_compute(self, turn: Turn, filling: "_Filling") -> Outcome:
        """A figure is needed that the worker does not have."""
        label = filling.label(filling.state.asked)
        memory = turn.memory.having(calculation=None, offer=OFFER_OF_A_PERSON)
        return Outcome(memory, replies.cannot_compute(filling.calculator, label))

    def _next(self, turn: Turn, filling: "_Filling") -> Outcome:
        """Ask for the next figure, or give the result."""
        calculator, reading = filling.calculator, filling.reading
        values = Values({**filling.remembered, **filling.values})
        memory = _with_figures(turn, calculator, reading.values, filling.void)
        if reading.implausible:
            name = reading.implausible[0]
            state = filling.asking(name, values, failed=True)
            if state.unanswered > _UNANSWERED_AT_MOST:
                return self._cannot_compute(turn, filling)
            reply = replies.implausible(calculator, name)
            return Outcome(memory.having(calculation=state), reply, loop=CALCULATOR_FORM)
        problem = calculator.contradiction(values)
        if problem is not None:
            doubtful = [name for name in calculator.texts.contradicting if name in values]
            kept = Values({name: value for name, value in values.items() if name not in doubtful})
            name, *again = doubtful or [calculator.texts.contradicting[0]]
            state = filling.asking(name, kept, failed=True, again=again)
            if state.unanswered > _UNANSWERED_AT_MOST:
                return self._cannot_compute(turn, filling)
            reply = replies.contradiction(calculator, problem, name)
            return Outcome(memory.having(calculation=state), reply, loop=CALCULATOR_FORM)
        again = [name for name in filling.state.again if name not in values]
        missing = again[0] if again else calculator.missing(values)
        if missing is not None:
            state = filling.asking(missing, values, failed=not reading.values, again=again[1:])
            if state.unanswered > _UNANSWERED_AT_MOST:
                return self._cannot_compute(turn, filling)
            reply = replies.next_figure(
                calculator, missing, opening=filling.is_new, understood=reading.values
            )
            return Outcome(memory.having(calculation=state), reply, loop=CALCULATOR_FORM)
        return self._result(turn, filling, values, memory)

    def _result(self, turn: Turn, filling: "_Filling", values: Values, memory: Memory) -> Outcome:
        calculator = filling.calculator
        computation = calculator.compute(values, turn.day)
        told_before = {
            name: value
            for name, value in filling.remembered.items()
            if name not in filling.reading.values
        }
        state = Calculation(
            calculator=calculator.name,
            values=_to_json(values),
            asked=computation.wants,
            done=True,
        )
        reply, topic = replies.computed(
            calculator, computation, told_before, self._search.knowledge_base, turn
        )
        kept = memory.having(calculation=state, complaints=0)
        return Outcome(kept.about(topic) if topic else kept, reply)


def _accepted(turn: Turn) -> Calculator | None:
    """Return the calculator that was offered, if the message is an answer to the offer."""
    if turn.intent not in ("inform", "affirm", "correct"):
        return None
    return CALCULATORS.get(turn.memory.offer or "")


def _opened(turn: Turn) -> Calculator | None:
    """Return the calculator of the article in hand, if the message only tells all its figures."""
    state, topic = turn.memory.calculation, turn.memory.topic
    is_asking = state is not None and not state.done and state.asked is not None
    if turn.intent != "inform" or topic is None or is_asking:
        return None
    return next(
        (
            calculator
            for calculator in CALCULATORS.values()
            if topic.article_id in calculator.texts.opens_after
            and _suffices(calculator, read(calculator, turn.folded, turn.entities))
        ),
        None,
    )


def _suffices(calculator: Calculator, reading: Reading) -> bool:
    return calculator.missing(Values(reading.values)) is None and _is_own_case(reading)


def has_figures(turn: Turn) -> bool:
    """Tell whether a message holds figures for the calculation in hand, or for the latest one."""
    if _opened(turn) is not None:
        return True
    state = turn.memory.calculation
    calculator = CALCULATORS.get(state.calculator) if state else None
    if state is None or calculator is None:
        return False
    asked = _asked(calculator, state, turn)
    reading = read(calculator, turn.folded, turn.entities, asked=asked)
    return bool(reading.values or reading.implausible)


@dataclass(frozen=True)
class _Filling:
    """A calculation with what the message adds to it."""

    calculator: Calculator
    state: Calculation
    reading: Reading
    values: Mapping[str, Value]
    """The figures known so far that still hold, with those of the message."""
    remembered: Mapping[str, Value]
    """Figures told earlier in the conversation, for fields of the same name."""
    is_new: bool
    accepted: bool
    """The worker took up the offer to compute."""
    void: frozenset[str]
    """Figures known so far that do not hold any more."""

    def asking(
        self, name: str, values: Values, *, failed: bool, again: Sequence[str] = ()
    ) -> Calculation:
        """Return the state while the worker is asked for a figure."""
        unanswered = self.state.unanswered + 1 if failed and not self.is_new else 0
        return Calculation(
            calculator=self.calculator.name,
            values=_to_json(values),
            asked=name,
            again=tuple(again),
            unanswered=unanswered,
        )

    @property
    def buttons(self) -> list[str]:
        """The titles of the options of the question in hand."""
        if self.state.asked is None:
            return []
        options = self.calculator.texts.fields[self.state.asked].options
        return [option.title for option in options.values()]

    def label(self, name: str | None) -> str:
        """Return what a figure is called."""
        return self.calculator.texts.fields[name].label if name else ""


def _matches(pattern: re.Pattern[str] | None, turn: Turn) -> bool:
    return pattern is not None and pattern.search(turn.folded) is not None


def _asked(calculator: Calculator, state: Calculation, turn: Turn) -> str | None:
    """Return the figure that a message without a word of its meaning tells."""
    if not state.done:
        return state.asked or _offered_day(calculator, state, turn)
    if not _is_bare(turn):
        return None
    # What the result itself asks for comes before what else the figure may be.
    if state.asked:
        told = read(calculator, turn.folded, turn.entities, asked=state.asked).values
        if state.asked in told:
            return state.asked
    if read(calculator, turn.folded, turn.entities).values:
        return None
    return _corrected(calculator, state, turn)


def _offered_day(calculator: Calculator, state: Calculation, turn: Turn) -> str | None:
    """Return the day that an offered calculation needs next, if the message only tells a day."""
    if turn.memory.offer != calculator.name or not _is_bare(turn):
        return None
    missing = calculator.missing(_values(calculator, state.values))
    days = [field.name for field in calculator.fields if field.kind is Kind.DATE]
    return missing if missing in days else None


def _is_bare(turn: Turn) -> bool:
    """Tell whether a message is nothing but figures."""
    rest = list(turn.folded)
    for each in turn.entities:
        rest[each.start : each.end] = " " * (each.end - each.start)
    return _BARE.fullmatch("".join(rest)) is not None


def _corrected(calculator: Calculator, state: Calculation, turn: Turn) -> str | None:
    """Return the figure of a result that a bare number puts right ("no, it is 9000")."""
    told = [field for field in calculator.fields if field.name in state.values]
    numbers = [
        decimal_of(each.get("number") if each.entity == "number" else each.get("amount"))
        for each in turn.entities
    ]
    if any(number is not None and number >= _LIKELY_MONEY for number in numbers):
        amounts = [field for field in calculator.fields if field.kind is Kind.MONEY]
        told = [field for field in amounts if field in told] or amounts[:1]
    fitting = [
        field.name
        for field in told
        if field.name in read(calculator, turn.folded, turn.entities, asked=field.name).values
    ]
    return fitting[0] if len(fitting) == 1 else None


def _is_own_case(reading: Reading) -> bool:
    """Tell a case of one's own from a question for the rule: by a figure, or by two choices (a
    second child's maternity leave, Saturday paid by the piece)."""
    figures = [value for value in reading.values.values() if not isinstance(value, str)]
    return bool(figures or reading.implausible or len(reading.values) > 1)


def _is_reply(turn: Turn, filling: _Filling) -> bool:
    """Tell whether a message in the middle of the form belongs to it."""
    if any(turn.text == title for title in filling.buttons):
        return True
    if filling.state.done:
        return bool(filling.reading.values)  # the result was taken up again
    if turn.intent in _REPLIES:
        return bool(filling.reading.values or filling.reading.implausible) or turn.intent in (
            "inform",
            "nlu_fallback",
            None,
        )
    return filling.state.asked in filling.reading.values and len(turn.text) <= _SHORT


def _values(calculator: Calculator, stored: Mapping[str, str | dict[str, int]]) -> Values:
    """Return the stored values that still are values of the calculator's fields."""
    values: dict[str, Value] = {}
    for field in calculator.fields:
        if field.name not in stored:
            continue
        try:
            value = from_json(field.kind, stored[field.name])
        except (ValueError, ArithmeticError, TypeError):
            continue
        if field.accepts(value):
            values[field.name] = value
    return Values(values)


def _merged(calculator: Calculator, known: Values, reading: Reading, text: str) -> Values:
    """Return the known figures that still hold, with those of the message."""
    if isinstance(calculator, Particular):
        return calculator.merged(known, Values(reading.values), text)
    return Values({**known, **reading.values})


def _to_json(values: Values) -> dict[str, str | dict[str, int]]:
    return {name: to_json(value) for name, value in values.items()}


def _remembered(calculator: Calculator, turn: Turn, told: Values) -> Values:
    figures = turn.memory.figures
    recent = {
        field.name: figures[field.name].value
        for field in calculator.fields
        if field.lasting
        and field.name in figures
        and not field.alternatives & told.keys()
        and turn.day - figures[field.name].told_on <= _FIGURES_KEPT_FOR
    }
    return _values(calculator, recent)


def _with_figures(
    turn: Turn, calculator: Calculator, values: Mapping[str, Value], void: frozenset[str]
) -> Memory:
    """Return the memory with the lasting figures of the message, without those that are void."""
    lasting = {field.name for field in calculator.fields if field.lasting}
    figures = {name: told for name, told in turn.memory.figures.items() if name not in void}
    for name in lasting.intersection(values):
        figures[name] = Figure(value=to_json(values[name]), told_on=turn.day)
    return turn.memory.having(figures=figures, clarifying=None, offer=None, pieces=())
