"""Packages and replies that give the conversation to a person."""

from actions.memory import Case
from actions.replies import trace_of
from actions.texts import texts
from actions.triage import priority
from actions.turn import Turn
from contract import CaseFacts, Handoff, HandoffReason, Reply, ReplyKind
from knowledge_base.areas import area_names
from knowledge_base.search import SearchResult

_SUMMARY_LIMIT = 120
_DISPUTES = {HandoffReason.LEGAL_CASE, HandoffReason.URGENT_DEADLINE}


def handoff(
    reason: HandoffReason, text: str, result: SearchResult, facts: CaseFacts | None = None
) -> Reply:
    """Return the one closing line, with the package for the desk.

    ``text`` is the matter in the worker's words. ``result`` is what the knowledge base has about
    it: the worker does not see it, the person who takes over does.
    """
    if facts is None:
        facts = CaseFacts(what_happened=text) if reason in _DISPUTES else CaseFacts()
    return Reply(
        kind=ReplyKind.HANDOFF,
        text=texts().handoff[reason],
        handoff=Handoff(
            reason=reason,
            category=_category(reason, result),
            priority=priority(reason, text),
            summary=_summary(text),
            case_facts=facts,
        ),
        trace=trace_of(result),
    )


def open_case(reason: HandoffReason, turn: Turn, result: SearchResult, facts: CaseFacts) -> Case:
    """Return a case as its first message tells it."""
    return Case(
        reason=reason,
        category=_category(reason, result),
        priority=priority(reason, turn.text, turn.intent),
        summary=_summary(turn.text),
        facts=facts,
    )


def case_handoff(case: Case) -> Handoff:
    """Return the package of a case with what is known so far."""
    return Handoff(
        reason=case.reason,
        category=case.category,
        priority=case.priority,
        summary=case.summary,
        case_facts=case.facts,
    )


def _category(reason: HandoffReason, result: SearchResult) -> str:
    if reason is HandoffReason.CRISIS:
        return texts().categories.crisis
    area = result.hits[0].document.area if result.hits else None
    if area is None:
        return texts().categories.general
    return area_names()[area]


def _summary(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _SUMMARY_LIMIT else f"{one_line[:_SUMMARY_LIMIT]}…"
