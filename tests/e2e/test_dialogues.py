"""Whole conversations with the running product: the thread, calculators, intake, corrections."""

import pytest

from tests.dialogues import Dialogue, dialogues
from tests.e2e.stack import Product

LEAST_SHARE_OF_TURNS = {"dialogues.yml": 0.9, "dialogues_held_out.yml": 0.85}
MUST_NOT_FAIL = ("crisis", "suicid", "violence")


def faults(stack: Product, dialogue: Dialogue) -> list[str]:
    """Hold a conversation, and return what was wrong turn by turn."""
    conversation = stack.start_conversation()
    return [
        f"{turn.say}: {'; '.join(turn.faults(conversation.say(turn.say)) or [''])}"
        for turn in dialogue.turns
    ]


@pytest.mark.parametrize("file", LEAST_SHARE_OF_TURNS)
def test_conversations_keep_the_thread(stack: Product, file: str) -> None:
    wrong: list[str] = []
    turns = 0
    for dialogue in dialogues(file):
        found = faults(stack, dialogue)
        turns += len(found)
        failed = [f"{dialogue.name}: {fault}" for fault in found if not fault.endswith(": ")]
        wrong += failed
        if any(word in dialogue.name for word in MUST_NOT_FAIL):
            assert not failed
    assert 1 - len(wrong) / turns >= LEAST_SHARE_OF_TURNS[file], wrong
