import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.retrieval.normalise import ABBREVIATIONS_FILE, Normaliser, NormaliseSettings
from knowledge_base.retrieval.romanised import PinyinReader
from knowledge_base.retrieval.spelling import Speller
from knowledge_base.retrieval.text import MAX_QUERY_CHARACTERS, fold

# OpenCC makes 苧 of 薴, and 苎 of 苧: the one character that is not simplified at once.
ANY_TEXT = st.text(st.characters(codec=None, exclude_characters="薴"), max_size=60)
ABBREVIATIONS: list[dict[str, Any]] = yaml.safe_load(ABBREVIATIONS_FILE.read_text("utf-8"))

COMMON = [
    "余杭总工会",
    "互助今年交了",
    "派遣公司说没活干",
    "不定时工作制",
    "体检啥时候",
    "公会怎么入",
    "我是临平的能不能参加",
    "老板说我没有工龄",
    "食堂的饭菜不行",
    "女儿上大学有没有补助",
    "车间太热给不给高温费",
    "退休了还能不能用",
]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("佘杭工匠", "余杭工匠"),
        ("劳动仲载", "劳动仲裁"),
        ("疗休样", "疗休养"),
        ("養老保險", "养老保险"),
        ("ｇｊｊ", "公积金"),
        ("gjj", "公积金"),
        ("GJJ怎么取", "公积金怎么取"),
        ("gs不给交sb", "公司不给交社保"),
        ("算不算gs", "算不算工伤"),
        ("勞動仲載", "劳动仲裁"),
        ("  ht 没签 \n", "合同 没签"),
        ("shebao zenme jiao", "社保怎么交"),
        ("第二医保最多报多少", "医疗互助最多报多少"),
        ("ＡＰＰ里看", "app里看"),
    ],
)
def test_what_was_typed_is_read_as_meant(normaliser: Normaliser, typed: str, read: str) -> None:
    assert normaliser.run(typed) == read


def test_a_short_form_misspelt_by_ear(normaliser: Normaliser) -> None:
    assert "法援" in normaliser.run("办法元要准备些啥")


@pytest.mark.parametrize("question", COMMON)
def test_what_is_right_stays(normaliser: Normaliser, question: str) -> None:
    assert normaliser.run(question) == question


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("gs认定", "工伤认定"),
        ("gs不承认", "公司不承认"),
        ("gs让我加班", "公司让我加班"),
        ("gs 怎么报", "工伤 怎么报"),
        ("在gs摔的", "在公司摔的"),
        ("换gs了", "换公司了"),
        ("gs", "工伤"),
    ],
)
def test_letters_with_two_meanings_are_told_apart_by_what_is_around(
    normaliser: Normaliser, typed: str, read: str
) -> None:
    assert normaliser.run(typed) == read


@pytest.mark.parametrize("text", ["gsp", "gs1", "1gs", "agsb", "sbgjj", "app", "zz", "g s", "gjj8"])
def test_letters_within_other_letters_or_digits_are_no_short_form(
    normaliser: Normaliser, text: str
) -> None:
    assert normaliser.run(text) == text


@pytest.mark.parametrize("entry", ABBREVIATIONS, ids=lambda entry: entry["letters"])
def test_every_short_form_of_the_file_is_written_out(
    normaliser: Normaliser, entry: dict[str, Any]
) -> None:
    assert normaliser.run(f"我的{entry['letters']}") == f"我的{entry['means']}"
    for following in entry.get("unless_before", ""):
        read = normaliser.run(f"{entry['letters']}{following}")
        assert read.startswith(entry["otherwise"]), following


def test_no_short_form_stands_twice() -> None:
    letters = [entry["letters"] for entry in ABBREVIATIONS]
    assert sorted(set(letters)) == sorted(letters)


@pytest.mark.parametrize(
    ("left_out", "typed", "read"),
    [
        ("simplify", "養老 gjj 劳动仲载", "養老 公积金 劳动仲裁"),
        ("abbreviations", "養老 gjj 劳动仲载", "养老 gjj 劳动仲裁"),
        ("spelling", "養老 gjj 劳动仲载", "养老 公积金 劳动仲载"),
    ],
)
def test_each_step_can_be_left_out(
    speller: Speller, pinyin: PinyinReader, left_out: str, typed: str, read: str
) -> None:
    chosen = NormaliseSettings.model_validate({left_out: False})
    assert Normaliser(chosen, speller, pinyin).run(typed) == read


def test_switched_off_it_still_folds_and_cuts(speller: Speller, pinyin: PinyinReader) -> None:
    off = Normaliser(NormaliseSettings().off(), speller, pinyin)
    assert off.run(" 養老  ＧＪＪ 劳动仲载\u200b ") == "養老 gjj 劳动仲载"
    assert off.run("医" * 10_000) == "医" * MAX_QUERY_CHARACTERS


@pytest.mark.parametrize("text", ["医" * 10_000, "gjj " * 3_000, "養老保險" * 1_000])
def test_the_result_is_never_longer_than_a_query_may_be(normaliser: Normaliser, text: str) -> None:
    assert 0 < len(normaliser.run(text)) <= MAX_QUERY_CHARACTERS


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_it_never_fails_and_gives_clean_text(normaliser: Normaliser, text: str) -> None:
    read = normaliser.run(text)
    assert len(read) <= MAX_QUERY_CHARACTERS
    assert read == read.strip()
    categories = {unicodedata.category(character) for character in read}
    assert categories.isdisjoint({"Cc", "Cf", "Cs", "Co"})


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_reading_what_was_read_changes_nothing(normaliser: Normaliser, text: str) -> None:
    read = normaliser.run(text)
    assert normaliser.run(read) == read


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["gs", "sb", "劳动", "仲载", "法元", "怎么", "养样", "養", " ", "不"]),
        max_size=8,
    )
)
def test_reading_twice_changes_nothing_where_words_were_put_right(
    normaliser: Normaliser, pieces: list[str]
) -> None:
    read = normaliser.run("".join(pieces))
    assert normaliser.run(read) == read


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT)
def test_case_width_and_spaces_make_no_difference(normaliser: Normaliser, text: str) -> None:
    assert normaliser.run(f"  {fold(text)}\n") == normaliser.run(text)
