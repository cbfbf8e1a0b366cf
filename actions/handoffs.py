"""Packages and replies that give the conversation to a person."""

from actions.memory import Case
from actions.replies import trace_of
from actions.texts import texts
from actions.triage import URGENT_PRIORITY, crisis_of, limit_of, priority
from actions.turn import Turn
from contract import CaseFacts, Handoff, HandoffReason, Reply, ReplyKind
from knowledge_base.areas import area_names
from knowledge_base.search import SearchResult

_SUMMARY_LIMIT = 120
_DISPUTES = {HandoffReason.LEGAL_CASE, HandoffReason.URGENT_DEADLINE}


def handoff(
    reason: HandoffReason,
    text: str,
    result: SearchResult,
    facts: CaseFacts | None = None,
    *,
    may_be_in_danger: bool = False,
) -> Reply:
    """Return the one closing line, with the package for the desk.

    ``text`` is the matter in the worker's words. ``result`` is what the knowledge base has about
    it: the worker does not see it, the person who takes over does. ``may_be_in_danger``: it reads
    like a crisis besides, and the desk sees that.
    """
    if facts is None:
        facts = CaseFacts(what_happened=text) if reason in _DISPUTES else CaseFacts()
    return Reply(
        kind=ReplyKind.HANDOFF,
        text=closing_line(reason, text),
        handoff=Handoff(
            reason=reason,
            category=_category(reason, result),
            priority=priority(reason, text),
            summary=_marked(_summary(text)) if may_be_in_danger else _summary(text),
            case_facts=facts,
        ),
        trace=trace_of(result),
    )


def closing_line(reason: HandoffReason, text: str) -> str:
    """Return what is said as a person takes over: in a crisis the help that fits, under a limit
    that lapses the limit."""
    line = texts().handoff[reason]
    if reason is HandoffReason.CRISIS:
        return texts().crisis.get(crisis_of(text), line)
    if reason is HandoffReason.URGENT_DEADLINE:
        return line.format(limit=texts().limits[limit_of(text)])
    return line


def open_case(reason: HandoffReason, turn: Turn, result: SearchResult, facts: CaseFacts) -> Case:
    """Return a case as its first message tells it."""
    case = Case(
        reason=reason,
        category=_category(reason, result),
        priority=priority(reason, turn.text, turn.intent),
        summary=_summary(turn.text),
        facts=facts,
    )
    return in_danger(case) if turn.may_be_in_danger else case


def in_danger(case: Case) -> Case:
    """Return a case that reads like a crisis besides: urgent, and the desk sees why."""
    summary = case.summary if is_marked(case) else _marked(case.summary)
    return case.model_copy(
        update={"summary": summary, "priority": min(case.priority, URGENT_PRIORITY)}
    )


def is_marked(case: Case) -> bool:
    """Tell whether something told in a case reads like a crisis."""
    return case.summary.startswith(texts().may_be_in_danger)


def _marked(summary: str) -> str:
    return f"{texts().may_be_in_danger}{summary}"


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
