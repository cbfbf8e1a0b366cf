"""What is said while a calculation is filled in, and its result."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import assert_never

from actions import replies
from actions.answer import topic_of
from actions.calculators.amounts import plain
from actions.calculators.calculator import Calculator, Computation
from actions.calculators.fields import Span, Value
from actions.memory import Topic
from actions.texts import texts
from actions.turn import Turn
from contract import QuickReply, Reply, ReplyKind
from knowledge_base.search import KnowledgeBase


def next_figure(
    calculator: Calculator, name: str, *, opening: bool, understood: Mapping[str, Value]
) -> Reply:
    """Ask for one figure, and repeat what was understood so that it can be corrected."""
    words = texts().calculation
    fields = calculator.texts.fields
    parts = [calculator.texts.intro] if opening else []
    if understood:
        told = [
            f"{fields[key].label} {_shown(calculator, key, value)}"
            for key, value in understood.items()
        ]
        parts.append(words.understood.format(figures=words.comma.join(told)))
    parts.append(fields[name].question)
    return _question(calculator, name, parts)


def question_again(calculator: Calculator, name: str | None) -> Reply:
    """Come back to the question after something else."""
    if name is None:
        return _question(calculator, None, [texts().calculation.stopped])
    question = calculator.texts.fields[name].question
    return _question(calculator, name, [texts().calculation.again.format(question=question)])


def implausible(calculator: Calculator, name: str) -> Reply:
    """Say that a figure makes no sense, and ask for it again."""
    field = calculator.texts.fields[name]
    return _question(calculator, name, [field.implausible or field.question])


def contradiction(calculator: Calculator, problem: str, name: str) -> Reply:
    """Say which figures cannot all be true, and ask for one of them again."""
    return _question(calculator, name, [problem, calculator.texts.fields[name].question])


def cannot_compute(calculator: Calculator, label: str) -> Reply:
    """Say that it cannot be worked out without a figure, and what else can be done."""
    return Reply(
        kind=ReplyKind.QUESTION,
        text=texts().calculation.cannot.format(title=calculator.texts.title, label=label),
        quick_replies=[*calculator.texts.next[:2], texts().person],
    )


def stopped() -> Reply:
    """Confirm that the calculation is left."""
    return Reply(kind=ReplyKind.CHAT, text=texts().calculation.stopped)


def with_offer(reply: Reply, offer: QuickReply) -> Reply:
    """Return an answer that also offers to compute the worker's own case."""
    others = [each for each in reply.quick_replies if each.text != offer.text]
    return reply.model_copy(update={"quick_replies": [offer, *others]})


def computed(
    calculator: Calculator,
    computation: Computation,
    told_before: Mapping[str, Value],
    knowledge_base: KnowledgeBase,
    turn: Turn,
) -> tuple[Reply, Topic | None]:
    """Return the result with its steps, assumptions and sources, and what the talk is about now.

    ``told_before`` are figures that were taken over from earlier in the conversation.
    """
    words = texts().calculation
    named = calculator.texts.fields
    parts = [f"**{computation.headline}**"]
    if told_before:
        told = [
            f"{named[name].label} {_shown(calculator, name, value)}"
            for name, value in told_before.items()
        ]
        parts.append(words.told_before.format(figures=words.comma.join(told)))
    if computation.steps:
        parts.append(words.steps + "\n\n" + "\n".join(f"- {step}" for step in computation.steps))
    if computation.notes:
        parts.append(words.notes + "\n\n" + "\n".join(f"- {note}" for note in computation.notes))
    parts.append(words.sources.format(sources=words.comma.join(calculator.texts.sources)))
    if not computation.confirmed:
        parts.append(texts().answer.caution)
    parts.append(words.closing)
    ids = dict.fromkeys([*calculator.texts.articles, *computation.articles])
    documents = [each for each in map(knowledge_base.document, ids) if each is not None]
    reply = Reply(
        kind=ReplyKind.ANSWER,
        text="\n\n".join(parts),
        citations=[replies.citation(document) for document in documents],
        quick_replies=list(calculator.texts.next),
    )
    return reply, topic_of(documents[0], turn.text, turn) if documents else None


def _question(calculator: Calculator, name: str | None, parts: list[str]) -> Reply:
    options = calculator.texts.fields[name].options.values() if name else ()
    buttons = [QuickReply(title=each.title, text=each.title) for each in options]
    return Reply(
        kind=ReplyKind.QUESTION,
        text="\n\n".join(parts),
        quick_replies=[*buttons, texts().calculation.stop, texts().person],
    )


def _shown(calculator: Calculator, name: str, value: Value) -> str:
    """Print a value as the worker would say it."""
    words = texts().calculation
    match value:
        case Decimal():
            field = next(field for field in calculator.fields if field.name == name)
            return words.units[field.kind].format(figure=plain(value))
        case Span():
            parts = zip((value.years, value.months, value.days), words.span, strict=True)
            return "".join(f"{figure}{unit}" for figure, unit in parts if figure) or words.no_time
        case date():
            return words.date.format(day=value)
        case str():
            return calculator.texts.fields[name].options[value].title
    assert_never(value)
