"""What happens when a turn fails: ask, ask again, then bring a person."""

from actions import replies
from actions.handoffs import handoff
from contract import HandoffReason, Reply
from knowledge_base.retrieval.decision import Decision
from knowledge_base.search import SearchResult

_FAILURES_BEFORE_A_PERSON = 3


def next_step(text: str, result: SearchResult, failures: int) -> Reply:
    """Return the reply to the ``failures``-th failed turn in a row (counted from 1).

    The stages are those of a two-stage fallback: offer what may be meant, then ask for other
    words, then give the conversation to a person.
    """
    if failures >= _FAILURES_BEFORE_A_PERSON:
        return handoff(HandoffReason.REPEATED_FAILURE, text, result)
    if failures == _FAILURES_BEFORE_A_PERSON - 1:
        return replies.rephrase(result)
    if result.decision is Decision.DECLINE:
        return replies.topics(result)
    return replies.choices(result)
