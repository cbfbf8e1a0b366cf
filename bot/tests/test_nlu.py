"""What the trained model makes of messages that it was not trained on."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent

from components.intent_caution import YIELDED

DATA = Path(__file__).resolve().parent / "data"


@pytest.fixture(scope="module")
def agent(model: Path) -> Agent:
    return Agent.load(str(model))


async def measure(agent: Agent, file: str) -> tuple[float, Counter[str], dict[str, list[Any]]]:
    """Accuracy, messages per intent, and the wrong answers per intent."""
    wrong: dict[str, list[Any]] = {}
    total: Counter[str] = Counter()
    for intent, texts in yaml.safe_load((DATA / file).read_text(encoding="utf-8")).items():
        for text in texts:
            total[intent] += 1
            found = (await agent.parse_message(text))["intent"]["name"]
            if found != intent:
                wrong.setdefault(intent, []).append((text, found))
    missed = sum(map(len, wrong.values()))
    return 1 - missed / sum(total.values()), total, wrong


BRINGS_A_PERSON = {"crisis", "urgent_deadline", "group_dispute", "legal_case", "request_human"}


@pytest.mark.parametrize(
    ("file", "least"),
    [("held_out.yml", 0.95), ("final_held_out.yml", 0.85), ("held_out_dialogue.yml", 0.85)],
)
async def test_held_out_messages(agent: Agent, file: str, least: float) -> None:
    accuracy, total, wrong = await measure(agent, file)
    assert accuracy >= least, wrong
    # A crisis goes to a person, whatever it costs.
    assert wrong.get("crisis", []) == []
    lost = [text for text, found in wrong.get("legal_case", []) if found not in BRINGS_A_PERSON]
    assert len(lost) <= 0.1 * total["legal_case"], wrong


async def test_messages_written_without_sight_of_the_examples(agent: Agent) -> None:
    accuracy, total, wrong = await measure(agent, "blind.yml")
    assert accuracy >= 0.95, wrong
    recalls = {
        intent: 1 - len(wrong.get(intent, [])) / total[intent]
        for intent in ("crisis", "urgent_deadline", "group_dispute", "legal_case")
    }
    # Some of the crises that are missed here have words that the gateway knows.
    assert recalls.pop("crisis") >= 0.92, wrong
    assert min(recalls.values()) >= 0.96, wrong


# Most of these crises say nothing of dying or killing.
@pytest.mark.parametrize(
    ("intent", "least"),
    [("crisis", 0.95), ("urgent_deadline", 0.96), ("group_dispute", 0.96), ("legal_case", 0.96)],
)
async def test_danger_close_to_a_border_still_brings_a_person(
    agent: Agent, intent: str, least: float
) -> None:
    messages = yaml.safe_load((DATA / "border.yml").read_text(encoding="utf-8"))[intent]
    lost = [
        text
        for text in messages
        if (await agent.parse_message(text))["intent"]["name"] not in BRINGS_A_PERSON
    ]
    assert len(lost) <= (1 - least) * len(messages), lost


async def test_who_tells_a_story_is_understood(agent: Agent) -> None:
    accuracy, total, wrong = await measure(agent, "rambling.yml")
    assert accuracy >= 0.82, wrong
    lost = [text for text, found in wrong.get("crisis", []) if found not in BRINGS_A_PERSON]
    assert lost == []
    # Whoever only talks of their day needs no words of help. Before stories were learned,
    # six in ten got them.
    alarms = [text for text, found in wrong.get("chitchat", []) if found == "crisis"]
    assert len(alarms) <= 0.2 * total["chitchat"], alarms


async def test_a_crisis_that_reads_like_a_case_still_gets_words_of_help(agent: Agent) -> None:
    messages = yaml.safe_load((DATA / "border.yml").read_text(encoding="utf-8"))["crisis"]
    understood = [await agent.parse_message(text) for text in messages]
    helped = [
        each for each in understood if "crisis" in (each["intent"]["name"], each.get(YIELDED))
    ]
    assert any(each["intent"]["name"] != "crisis" for each in helped)
    assert len(helped) >= 0.92 * len(messages)


@pytest.mark.parametrize(
    "text", ["😀😀", "👍", "。。。", "？", "asdfgh", "12", "🤖🤖🤖", "안녕하세요"]
)
async def test_what_cannot_be_read_falls_back(agent: Agent, text: str) -> None:
    assert (await agent.parse_message(text))["intent"]["name"] == "nlu_fallback"
