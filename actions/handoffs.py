"""Replies that give the conversation to a person."""

from actions.replies import trace_of
from actions.texts import texts
from actions.triage import priority
from contract import CaseFacts, Handoff, HandoffReason, Reply, ReplyKind
from knowledge_base.areas import area_names
from knowledge_base.search import SearchResult

_SUMMARY_LIMIT = 120


def handoff(reason: HandoffReason, text: str, result: SearchResult) -> Reply:
    """Return the one closing line, with the package for the desk.

    ``result`` is what the knowledge base has about the matter: the worker does not see it,
    the person who takes over does.
    """
    disputes = {HandoffReason.LEGAL_CASE, HandoffReason.URGENT_DEADLINE}
    return Reply(
        kind=ReplyKind.HANDOFF,
        text=texts().handoff[reason],
        handoff=Handoff(
            reason=reason,
            category=_category(reason, result),
            priority=priority(reason, text),
            summary=_summary(text),
            case_facts=CaseFacts(what_happened=text) if reason in disputes else CaseFacts(),
        ),
        trace=trace_of(result),
    )


def _category(reason: HandoffReason, result: SearchResult) -> str:
    if reason is HandoffReason.CRISIS:
        return texts().categories.crisis
    area = result.hits[0].document.area if result.hits else None
    if reason is HandoffReason.REQUESTED or area is None:
        return texts().categories.general
    return area_names()[area]


def _summary(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _SUMMARY_LIMIT else f"{one_line[:_SUMMARY_LIMIT]}…"
