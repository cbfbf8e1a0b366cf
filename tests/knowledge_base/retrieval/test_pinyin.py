from itertools import pairwise

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.retrieval.pinyin import (
    LOOKALIKES_FILE,
    PinyinAnalyser,
    Syllable,
    fold_sound,
    sound_of,
    syllables,
)
from knowledge_base.retrieval.text import fold

ANALYSER = PinyinAnalyser()
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    ("syllable", "folded"),
    [
        ("zheng", "zen"),
        ("zeng", "zen"),
        ("chan", "can"),
        ("shi", "si"),
        ("ni", "li"),
        ("nv", "lv"),
        ("ming", "min"),
        ("gong", "gong"),
        ("zhang", "zang"),
        ("an", "an"),
        ("", ""),
    ],
)
def test_sounds_that_dialects_mix_up_are_one(syllable: str, folded: str) -> None:
    assert fold_sound(syllable) == folded
    assert fold_sound(folded) == folded


@pytest.mark.parametrize(
    ("one", "other"), [("产", "铲"), ("援", "元"), ("裁", "才"), ("津", "经"), ("男", "兰")]
)
def test_characters_that_sound_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(("one", "other"), [("假", "期"), ("工", "会"), ("余", "杭")])
def test_characters_that_do_not(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


@pytest.mark.parametrize(
    ("written", "meant"),
    yaml.safe_load(LOOKALIKES_FILE.read_text("utf-8")).items(),
)
def test_characters_that_look_alike_sound_alike_here(written: str, meant: str) -> None:
    assert written != meant
    assert sound_of(written) == sound_of(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("chan假", "产假"),
        ("chanjia", "产假"),
        ("CHAN假", "产假"),
        ("劳动仲才", "劳动仲裁"),
        ("佘杭", "余杭"),
        ("laodong", "劳动"),
        ("法元", "法援"),
        ("鐵路", "铁路"),
    ],
)
def test_what_sounds_the_same_shares_all_pairs(one: str, other: str) -> None:
    assert ANALYSER.tokenize(one) == ANALYSER.tokenize(other) != []


def test_one_character_typed_wrong_leaves_the_other_pairs() -> None:
    shared = set(ANALYSER.tokenize("劳动仲在")) & set(ANALYSER.tokenize("劳动仲裁"))
    assert len(shared) >= 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "假",
        "gjj",
        "app",
        "12351",
        "？！",
        "a",
        "😀",
        "产 假",
        "产1假",
        "产,假",
        "\u200b",
        "ひら",
    ],
)
def test_no_pairs_where_nothing_is_heard_in_a_row(text: str) -> None:
    assert ANALYSER.tokenize(text) == []


def test_what_stands_between_parts_the_pairs() -> None:
    assert ANALYSER.tokenize("年假 产假") == [
        *ANALYSER.tokenize("年假"),
        *ANALYSER.tokenize("产假"),
    ]


def test_syllables_say_where_they_stand() -> None:
    assert list(syllables("休chan假gjj")) == [
        Syllable("xiu", 0, 1),
        Syllable("can", 1, 5),
        Syllable("jia", 5, 6),
    ]


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT | st.text("劳动仲裁chanjiagjj 1", max_size=30))
def test_syllables_never_overlap_and_lie_within_the_text(text: str) -> None:
    text = fold(text)
    found = list(syllables(text))
    assert all(0 <= each.start < each.end <= len(text) and each.sound for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_any_text_gives_pairs_of_two_syllables(text: str) -> None:
    pairs = ANALYSER.tokenize(text)
    assert all(len(pair.split("-")) == 2 for pair in pairs)
    assert all(pair.isascii() and all(pair.split("-")) for pair in pairs)


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT)
def test_folding_beforehand_makes_no_difference(text: str) -> None:
    assert ANALYSER.tokenize(fold(text)) == ANALYSER.tokenize(text)


def test_a_long_run_of_letters_is_read_at_once() -> None:
    assert ANALYSER.tokenize("x" * 400) == []
    assert len(ANALYSER.tokenize("jia" * 130)) == 129


def test_the_fingerprint_is_always_the_same() -> None:
    assert PinyinAnalyser().fingerprint == ANALYSER.fingerprint
    assert ANALYSER.name == "pinyin"
