"""What the tests of the intake form share."""

from actions.texts import texts
from tests.actions.forms import Talk

WORDS = texts().intake
DISMISSED = "公司把我辞退了"
FACTS = list(WORDS.questions)


async def opened_case(talk: Talk) -> Talk:
    """A case of which only the story is known; the employer is asked for."""
    reply = await talk.say(DISMISSED, "legal_case")
    assert reply.text.endswith(f"**{question_of('employer')}**")
    return talk


async def skipped_to(talk: Talk, fact: str) -> None:
    """Skip the questions before the one for a fact."""
    while talk.memory.case is not None and talk.memory.case.asked != fact:
        await talk.say("跳过", "skip")
    assert talk.memory.case is not None


def question_of(fact: str) -> str:
    return WORDS.questions[fact].question
