from pathlib import Path
from typing import Any

import pytest
import yaml

BOT_DIRECTORY = Path(__file__).resolve().parent.parent
RISKY = {"crisis", "legal_case", "request_human", "out_of_scope", "abuse", "injection"}
GATEWAY_KINDS = {"answer", "choices", "question", "decline", "handoff", "chat"}


def read(path: str) -> Any:
    return yaml.safe_load((BOT_DIRECTORY / path).read_text(encoding="utf-8"))


DOMAIN = read("domain/domain.yml")
RESPONSES = read("domain/responses.yml")["responses"]
RULES = read("data/rules.yml")["rules"]


def examples(intent: str) -> list[str]:
    (entry,) = read(f"data/nlu/{intent}.yml")["nlu"]
    assert entry["intent"] == intent
    return [line.removeprefix("- ") for line in entry["examples"].splitlines()]


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_each_intent_has_its_examples_and_a_rule(intent: str) -> None:
    least = 150 if intent == "ask_service" else 40 if intent in RISKY else 20
    assert len(examples(intent)) >= least
    assert [rule for rule in RULES if rule["steps"][0].get("intent") == intent]


def test_every_file_of_examples_belongs_to_an_intent() -> None:
    files = {path.stem for path in (BOT_DIRECTORY / "data" / "nlu").glob("*.yml")}
    assert files == {*DOMAIN["intents"], "patterns"}


def test_no_example_stands_twice() -> None:
    everything = [text for intent in DOMAIN["intents"] for text in examples(intent)]
    assert sorted(everything) == sorted(set(everything))


@pytest.mark.parametrize("file", ["held_out.yml", "final_held_out.yml"])
def test_held_out_messages_are_no_examples(file: str) -> None:
    known = {text for intent in DOMAIN["intents"] for text in examples(intent)}
    held_out = {text for texts in read(f"tests/data/{file}").values() for text in texts}
    assert not known & held_out


def test_every_action_of_a_rule_exists_and_is_used() -> None:
    used = {rule["steps"][1]["action"] for rule in RULES}
    assert used == {*DOMAIN["actions"], *RESPONSES}


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


@pytest.mark.parametrize("name", ["utter_out_of_scope", "utter_refuse", "utter_abuse"])
def test_refusals_say_so_and_offer_a_person(name: str) -> None:
    for variation in RESPONSES[name]:
        assert variation["custom"]["kind"] == "decline"
        assert "转人工" in str(variation)


def test_the_assistant_says_that_it_is_a_robot() -> None:
    for name in ("utter_greet", "utter_identity"):
        for variation in RESPONSES[name]:
            assert "机器人" in variation["custom"]["text"]


def test_the_dictionary_is_in_jiebas_form() -> None:
    lines = (BOT_DIRECTORY / "dictionary" / "union.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(" ")[0] for line in lines]
    assert all(line.split(" ")[1].isdigit() for line in lines)
    assert len(set(words)) == len(words) >= 150
