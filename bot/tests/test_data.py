from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from rasa.shared.nlu.constants import ENTITY_ATTRIBUTE_TYPE
from rasa.shared.nlu.training_data.entities_parser import (
    find_entities_in_training_example,
    replace_entities,
)

BOT_DIRECTORY = Path(__file__).resolve().parent.parent
LEAST_EXAMPLES: Final = {
    # The long tail.
    "ask_service": 500,
    # Where a mistake harms: a person is not called, or the assistant is misused.
    **dict.fromkeys(
        (
            "legal_case",
            "urgent_deadline",
            "group_dispute",
            "crisis",
            "request_human",
            "out_of_scope",
            "abuse",
            "injection",
        ),
        100,
    ),
}
LEAST_EXAMPLES_OF_OTHERS: Final = 40
HELD_OUT: Final = (
    "held_out.yml",
    "final_held_out.yml",
    "held_out_dialogue.yml",
    "blind.yml",
    "border.yml",
    "rambling.yml",
)
GATEWAY_KINDS: Final = {"answer", "choices", "question", "decline", "handoff", "chat"}


def read(path: str | Path) -> Any:
    return yaml.safe_load((BOT_DIRECTORY / path).read_text(encoding="utf-8"))


DOMAIN = read("domain/domain.yml")
RESPONSES = read("domain/responses.yml")["responses"]
RULES = read("data/rules.yml")["rules"]
STORIES = [
    story
    for path in sorted((BOT_DIRECTORY / "tests" / "stories").glob("*.yml"))
    for story in read(path)["stories"]
]


def annotated_examples(intent: str) -> list[str]:
    found = []
    for path in sorted((BOT_DIRECTORY / "data").glob(f"nlu*/{intent}.yml")):
        (entry,) = read(str(path.relative_to(BOT_DIRECTORY)))["nlu"]
        assert entry["intent"] == intent
        found += [line.removeprefix("- ").strip() for line in entry["examples"].splitlines()]
    return found


def examples(intent: str) -> list[str]:
    return [replace_entities(example) for example in annotated_examples(intent)]


def all_examples() -> list[str]:
    return [text for intent in DOMAIN["intents"] for text in examples(intent)]


def held_out(file: str) -> dict[str, list[str]]:
    content: dict[str, list[str]] = read(f"tests/data/{file}")
    return content


def values(steps: list[dict[str, Any]], key: str) -> Iterator[Any]:
    return (step[key] for step in steps if key in step)


# --- Examples


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_each_intent_has_its_examples(intent: str) -> None:
    assert len(examples(intent)) >= LEAST_EXAMPLES.get(intent, LEAST_EXAMPLES_OF_OTHERS)


def test_every_file_of_examples_belongs_to_an_intent() -> None:
    files = {path.stem for path in (BOT_DIRECTORY / "data" / "nlu").glob("*.yml")}
    contrasts = {path.stem for path in (BOT_DIRECTORY / "data" / "nlu_contrast").glob("*.yml")}
    assert files == {*DOMAIN["intents"], "patterns"}
    assert contrasts < files


def test_no_example_stands_twice() -> None:
    assert [text for text, times in Counter(all_examples()).items() if times > 1] == []


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_annotations_name_entities_of_the_domain(intent: str) -> None:
    named = {
        entity[ENTITY_ATTRIBUTE_TYPE]
        for example in annotated_examples(intent)
        for entity in find_entities_in_training_example(example)
    }
    assert named <= set(DOMAIN["entities"])


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_no_annotation_is_broken(intent: str) -> None:
    assert [text for text in examples(intent) if "](" in text or "]{" in text] == []


# --- Held-out messages


@pytest.mark.parametrize("file", HELD_OUT)
def test_held_out_messages_are_no_examples(file: str) -> None:
    messages = {text for texts in held_out(file).values() for text in texts}
    assert messages & set(all_examples()) == set()


@pytest.mark.parametrize("file", HELD_OUT)
def test_held_out_messages_have_intents_of_the_domain(file: str) -> None:
    assert set(held_out(file)) <= set(DOMAIN["intents"])


def test_no_held_out_message_stands_twice() -> None:
    messages = [text for file in HELD_OUT for texts in held_out(file).values() for text in texts]
    assert [text for text, times in Counter(messages).items() if times > 1] == []


# --- Rules and the domain


@pytest.mark.parametrize("intent", [*DOMAIN["intents"], "nlu_fallback"])
def test_each_intent_has_one_rule(intent: str) -> None:
    (rule,) = [rule for rule in RULES if intent in values(rule["steps"], "intent")]
    assert rule["steps"][0] == {"intent": intent}


def test_every_action_of_a_rule_exists_and_is_used() -> None:
    used = {action for rule in RULES for action in values(rule["steps"], "action")}
    assert used - {"action_listen"} == {*DOMAIN["actions"], *RESPONSES}


def test_forms_are_actions_of_the_action_server() -> None:
    assert set(DOMAIN["forms"]) <= set(DOMAIN["actions"])


def test_rules_begin_the_form_whose_action_they_name() -> None:
    for rule in RULES:
        (first, *_) = values(rule["steps"], "action")
        loops = list(values(rule["steps"], "active_loop"))
        if first not in DOMAIN["forms"]:
            assert loops == []
        else:
            assert loops == [first if "intent" in rule["steps"][0] else None]


def test_slots_are_written_by_actions_alone_and_sway_no_rule() -> None:
    for slot in DOMAIN["slots"].values():
        assert slot == {"type": "any", "mappings": [{"type": "custom"}]}


# --- Stories (tests/test_stories.py runs them)


def test_stories_take_every_intent_to_every_action() -> None:
    steps = [step for story in STORIES for step in story["steps"]]
    assert set(values(steps, "intent")) == {*DOMAIN["intents"], "nlu_fallback"}
    assert set(values(steps, "action")) == {*DOMAIN["actions"], *RESPONSES}


def test_every_story_has_a_name_of_its_own() -> None:
    names = Counter(story["story"] for story in STORIES)
    assert [name for name, times in names.items() if times > 1] == []


def test_a_text_has_the_same_intent_in_all_stories() -> None:
    pairs = {
        (step["user"], step["intent"])
        for story in STORIES
        for step in story["steps"]
        if "user" in step
    }
    assert len(pairs) == len({text for text, _ in pairs})


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["story"])
def test_while_a_form_is_active_its_own_action_comes(story: dict[str, Any]) -> None:
    """Rasa takes any other action there for a rejection by the form, and predicts once more."""
    form = None
    for step in story["steps"]:
        if "active_loop" in step:
            form = step["active_loop"]
        elif "action" in step:
            assert form in (None, step["action"])


@pytest.mark.parametrize(
    "intent",
    [intent for intent in DOMAIN["intents"] if intent.startswith(("calculate_", "check_"))],
)
def test_every_calculator_ends_at_once_in_one_story_and_goes_on_in_another(intent: str) -> None:
    after = [
        story["steps"][2]["active_loop"]
        for story in STORIES
        if story["steps"][0]["intent"] == intent
    ]
    assert set(after) >= {None, "calculator_form"}


# --- Responses


@pytest.mark.parametrize("name", RESPONSES)
def test_responses_follow_the_gateways_contract(name: str) -> None:
    for variation in RESPONSES[name]:
        assert set(variation) == {"custom"}
        reply = variation["custom"]
        assert set(reply) == {"kind", "text", "quick_replies"}
        assert reply["kind"] in GATEWAY_KINDS
        assert 0 < len(reply["text"]) <= 200
        for quick_reply in reply["quick_replies"]:
            assert set(quick_reply) == {"title", "text"}
            assert all(quick_reply.values())


@pytest.mark.parametrize("name", ["utter_out_of_scope", "utter_refuse", "utter_abuse"])
def test_refusals_say_so_and_offer_a_person(name: str) -> None:
    for variation in RESPONSES[name]:
        assert variation["custom"]["kind"] == "decline"
        assert "转人工" in str(variation)


def test_the_assistant_says_that_it_is_a_robot() -> None:
    for name in ("utter_greet", "utter_identity"):
        for variation in RESPONSES[name]:
            assert "机器人" in variation["custom"]["text"]


# --- Dictionary


def test_the_dictionary_is_in_jiebas_form() -> None:
    lines = (BOT_DIRECTORY / "dictionary" / "union.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(" ")[0] for line in lines]
    assert all(line.split(" ")[1].isdigit() for line in lines)
    assert len(set(words)) == len(words) >= 150
