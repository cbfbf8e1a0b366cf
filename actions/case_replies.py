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

    ``story`` is the folded message.
    """
    words = texts().intake
    names = warnings_for(story)[:_WARNINGS_AT_MOST]
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
        parts.append(words.first.format(question=words.questions[asked].question))
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
    words = texts().intake
    text = words.questions[asked].question if asked else words.closing
    return Reply(kind=ReplyKind.QUESTION, text=text, quick_replies=_buttons(asked), handoff=package)


def closed(package: Handoff) -> Reply:
    """Say the closing line; from here on a person speaks."""
    return Reply(kind=ReplyKind.HANDOFF, text=texts().intake.closing, handoff=package)


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
