"""``action_answer`` and ``action_fallback``: what the knowledge base says to a question."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import replies
from actions.ladder import next_step
from actions.search import Found, Search
from actions.turn import Turn, remember_failures, say
from contract import Reply
from knowledge_base.retrieval.decision import Decision


class AnswerAction(Action):  # type: ignore[misc]
    """Answers a question about a service, offers choices, or says that it does not know."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def name(self) -> str:
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        found = await self._search(turn.text)
        declined = found.result.decision is Decision.DECLINE
        failures = turn.failed_turns + 1 if declined else 0
        say(dispatcher, _reply(turn, found, failures))
        return remember_failures(failures)


def _reply(turn: Turn, found: Found, failures: int) -> Reply:
    result = found.result
    if result.decision is Decision.ANSWER:
        return replies.answer(result, found.knowledge_base)
    if result.decision is Decision.CHOICES:
        return replies.choices(result)
    return replies.unknown(result) if failures == 1 else next_step(turn.text, result, failures)


class FallbackAction(Action):  # type: ignore[misc]
    """Handles a message whose intent was not understood; the knowledge base may still know."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def name(self) -> str:
        return "action_fallback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        found = await self._search(turn.text)
        if found.result.decision is Decision.ANSWER:
            say(dispatcher, replies.answer(found.result, found.knowledge_base))
            return remember_failures(0)
        failures = turn.failed_turns + 1
        say(dispatcher, next_step(turn.text, found.result, failures))
        return remember_failures(failures)
