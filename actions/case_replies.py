"""What is said while a case is taken down."""

from actions import replies
from actions.search import Found
from actions.texts import texts
from actions.triage import warnings_for
from contract import Handoff, QuickReply, Reply, ReplyKind
from knowledge_base.document import Document, DocumentKind
from knowledge_base.retrieval.decision import Decision

_WARNINGS_AT_MOST = 2


def opened(package: Handoff, found: Found, story: str, asked: str | None) -> Reply:
    """Take a case on: the rule in general with its source, the warnings, the first question.

    ``story`` is what the worker has told so far, folded.
    """
    words = texts().intake
    names = _dangers(story)
    warnings = [words.warnings[name] for name in names] or [words.warnings["other"]]
    rule = _rule(found, names)
    citations = []
    parts = [words.opening_after_death if "death" in names else words.opening]
    if rule is not None and rule.kind is DocumentKind.ARTICLE and rule.short_answer:
        parts.append(words.rule.format(rule=rule.short_answer))
        citations.append(replies.citation(rule))
        if not rule.verified:
            parts.append(texts().answer.caution)
    parts.append(words.warning + "\n\n" + "\n".join(f"- {warning}" for warning in warnings))
    if asked is not None:
        parts.append(words.first.format(question=_question(package, asked)))
    return Reply(
        kind=ReplyKind.HANDOFF,
        text="\n\n".join(parts),
        citations=citations,
        quick_replies=_buttons(asked),
        handoff=package,
        trace=replies.trace_of(found.result),
    )


def question(package: Handoff, asked: str | None) -> Reply:
    """Ask for one fact."""
    text = _question(package, asked) if asked else texts().intake.closing
    return Reply(kind=ReplyKind.QUESTION, text=text, quick_replies=_buttons(asked), handoff=package)


def noted(package: Handoff, asked: str | None) -> Reply:
    """Say that a colleague will answer what the worker asks, then go on."""
    reply = question(package, asked)
    return reply.model_copy(update={"text": f"{texts().intake.noted}\n\n{reply.text}"})


def closed(package: Handoff) -> Reply:
    """Say the closing line; from here on a person speaks."""
    return Reply(kind=ReplyKind.HANDOFF, text=texts().intake.closing, handoff=package)


def _question(package: Handoff, asked: str) -> str:
    """Return the question for a fact. Nobody is asked whether the dead still work there."""
    words = texts().intake
    story = package.case_facts.what_happened or ""
    if asked == "when" and "death" in warnings_for(story):
        return words.when_after_death
    return words.questions[asked].question


def _dangers(story: str) -> list[str]:
    """Return the kinds of case to warn of. To heal first is no advice after a death."""
    names = warnings_for(story)
    if "death" in names:
        names = [name for name in names if name != "injury"]
    return names[:_WARNINGS_AT_MOST]


def _buttons(asked: str | None) -> list[QuickReply]:
    words = texts().intake
    own = words.questions[asked].quick_replies if asked else ()
    return [*own, words.skip, words.at_once]


def _rule(found: Found, names: list[str]) -> Document | None:
    """Return the article of the general rule: the one that was found for certain, else that of
    the kind of case."""
    if found.result.decision is Decision.ANSWER and found.result.hits:
        return found.result.hits[0].document
    kind = names[0] if names else "other"
    return found.knowledge_base.document(texts().intake.rules[kind])
