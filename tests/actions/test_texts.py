import re

import pytest
import yaml
from pydantic import ValidationError

from actions.texts import TEXTS_FILE, Texts, texts
from actions.turn import fold
from contract import CaseFacts, HandoffReason
from knowledge_base.corpus import load_corpus

USED_REASONS = set(HandoffReason) - {
    HandoffReason.BOT_UNAVAILABLE,  # given by the gateway, when no action can run
}


@pytest.mark.parametrize("reason", sorted(USED_REASONS))
def test_every_reason_that_an_action_gives_has_a_text(reason: HandoffReason) -> None:
    assert len(texts().handoff[reason]) > 20


def test_a_crisis_gets_the_numbers_that_help() -> None:
    assert all(
        number in texts().handoff[HandoffReason.CRISIS] for number in ("12356", "120", "110")
    )


def test_a_deadline_gets_the_hotline_and_has_a_place_for_the_limit() -> None:
    assert "12351" in texts().handoff[HandoffReason.URGENT_DEADLINE]
    assert "{limit}" in texts().handoff[HandoffReason.URGENT_DEADLINE]


@pytest.mark.parametrize("words", sorted(texts().crisis.values()))
def test_every_crisis_gets_the_numbers_that_help(words: str) -> None:
    assert all(number in words for number in ("12356", "120", "110"))


def test_no_text_is_empty() -> None:
    def leaves(value: object) -> list[str]:
        if isinstance(value, dict):
            return [leaf for each in value.values() for leaf in leaves(each)]
        if isinstance(value, list | tuple):
            return [leaf for each in value for leaf in leaves(each)]
        return [value.pattern if isinstance(value, re.Pattern) else str(value)]

    found = leaves(texts().model_dump())
    assert len(found) > 100
    assert all(text.strip() == text != "" for text in found)


@pytest.mark.parametrize(("section", "key"), [("decline", "unknown"), ("choices", "ask")])
def test_a_missing_text_is_refused(section: str, key: str) -> None:
    data = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
    del data[section][key]
    with pytest.raises(ValidationError, match=key):
        Texts.model_validate(data)


def test_an_unknown_text_is_refused() -> None:
    data = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
    with pytest.raises(ValidationError, match="farewell"):
        Texts.model_validate({**data, "farewell": "再见"})


def test_every_fact_of_a_case_has_a_question() -> None:
    assert set(texts().intake.questions) == set(CaseFacts.model_fields)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("要带什么", True),
        ("能报多少", True),
        ("这样合法吗", True),
        ("个么好去报伐", True),
        ("住院了 花了三万", False),
        ("我月薪8000", False),
        ("十二年了", False),
    ],
)
def test_a_question_is_told_by_its_words(text: str, asks: bool) -> None:
    assert (texts().asks.search(fold(text)) is not None) is asks


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("帮我算一下加班费", True),
        ("给我算算能赔几钿", True),
        ("幫我計算年假", True),
        ("加班费怎么算", False),
        ("年假几天", False),
    ],
)
def test_the_wish_to_compute_is_told_by_its_words(text: str, wishes: bool) -> None:
    assert (texts().compute.search(fold(text)) is not None) is wishes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("不是 我问的是体检", "体检"),
        ("不对，我想问体检", "体检"),
        ("说错了 应该是体检", "体检"),
        ("你理解错了，我说的是体检", "体检"),
        ("不對 我是說體檢", "体检"),
        ("体检", "体检"),
        ("不对", ""),
        ("错了", ""),
    ],
)
def test_what_was_meant_stands_behind_the_words_of_a_correction(text: str, meant: str) -> None:
    assert texts().correction.sub("", fold(text)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [("体检 不是年假", "体检"), ("体检，没问年假", "体检"), ("体检 年假", "体检 年假")],
)
def test_what_was_not_meant_is_left_out(text: str, meant: str) -> None:
    assert texts().not_meant.sub("", fold(text)) == meant


def test_every_kind_of_case_has_a_warning_and_a_rule_that_exists() -> None:
    intake = texts().intake
    assert set(intake.warnings) == set(intake.rules)
    assert set(intake.rules.values()) <= set(load_corpus().articles)
