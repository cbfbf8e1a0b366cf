"""``action_handoff``: give the conversation to a person of the service centre."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.handoffs import handoff
from actions.search import Search
from actions.triage import case_reason
from actions.turn import Turn, remember_failures, say
from contract import HandoffReason


class HandoffAction(Action):  # type: ignore[misc]
    """Chooses the reason by the intent and hands over with what is known so far."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def name(self) -> str:
        return "action_handoff"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        found = await self._search(turn.text)
        say(dispatcher, handoff(_reason(turn), turn.text, found.result))
        return remember_failures(0)


def _reason(turn: Turn) -> HandoffReason:
    if turn.intent == "crisis":
        return HandoffReason.CRISIS
    if turn.intent == "legal_case":
        return case_reason(turn.text)
    return HandoffReason.REQUESTED
