import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.article import SectionName
from knowledge_base.corpus import load_corpus
from knowledge_base.retrieval.spelling import Speller
from knowledge_base.retrieval.text import fold
from knowledge_base.retrieval.tokenizer import DICTIONARY_FILE

TERMS = [
    line.split()[0] for line in DICTIONARY_FILE.read_text("utf-8").splitlines() if line.strip()
]
FRAMES = ["{}", "我想问{}", "{}怎么办", "{}多少钱", "没有{}可以吗", "公司的{}没给"]

WORDS = {"劳动", "仲裁", "办法", "生活", "没活", "今年", "活干"}
SMALL = Speller(["劳动仲裁", "法援", "总工会", "sb"], WORDS.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("劳动仲载", "劳动仲裁"),
        ("劳动仲栽怎么申请", "劳动仲裁怎么申请"),
        ("老板不肯劳动仲才", "老板不肯劳动仲裁"),
        ("疗休样", "疗休养"),
        ("疗修养", "疗休养"),
        ("佘杭工匠", "余杭工匠"),
        ("医疗护助", "医疗互助"),
        ("加班废怎么算", "加班费怎么算"),
        ("拖千工资", "拖欠工资"),
        ("经济补常", "经济补偿"),
        ("劳动和同没签", "劳动合同没签"),
    ],
)
def test_terms_misspelt_by_ear_or_by_look(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize("frame", FRAMES)
def test_terms_spelt_right_stay(speller: Speller, frame: str) -> None:
    asked = [frame.format(term) for term in TERMS]
    assert [each for each in asked if speller.correct(each) != each] == []


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(TERMS), st.sampled_from(["和", "跟", "、", " ", "，"]), st.sampled_from(TERMS)
)
def test_two_terms_side_by_side_stay(speller: Speller, one: str, between: str, other: str) -> None:
    text = f"{one}{between}{other}"
    assert speller.correct(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "余杭总工会",
        "互助今年交了",
        "派遣公司说没活干",
        "不定时工作制",
        "公会怎么入",
        "想请假回老家看病人",
        "老婆生小孩我能休几天",
        "今天股票涨了没有",
        "孩子上小学怎么报名",
        "是不是在这里办",
        "余杭职工上大学有补助吗",
        "难产加15天",
        "最低工资是不是一年年加",
        "以站里的为准",
    ],
)
def test_common_sentences_stay(speller: Speller, text: str) -> None:
    assert speller.correct(text) == text


def test_titles_and_short_answers_of_the_shipped_articles_stay(speller: Speller) -> None:
    texts = [
        fold(text)
        for article in load_corpus().articles.values()
        for text in (article.front_matter.title, article.sections[SectionName.SHORT_ANSWER])
    ]
    assert texts
    assert [text for text in texts if speller.correct(text) != text] == []


def test_a_word_stays_although_it_sounds_like_a_term() -> None:
    assert SMALL.correct("法元") == "法援"
    assert Speller(["法援"], {"法元"}.__contains__).correct("法元") == "法元"


def test_two_words_side_by_side_are_no_misspelt_term() -> None:
    speller = Speller(["劳动仲裁"], {"老动", "中才"}.__contains__)
    assert speller.correct("老动仲才") == "劳动仲裁"
    assert Speller(["劳动仲裁"], {"老动", "仲才"}.__contains__).correct("老动仲才") == "老动仲才"


def test_a_term_heard_with_no_character_right_is_left_alone() -> None:
    assert SMALL.correct("发圆") == "发圆"


def test_short_terms_do_not_forgive_a_sound_that_is_only_similar() -> None:
    assert SMALL.correct("法阴") == "法阴"
    assert SMALL.correct("劳动仲杯") == "劳动仲杯"
    assert SMALL.correct("劳动仲来") == "劳动仲裁"


def test_a_similar_sound_that_fits_two_terms_fits_none() -> None:
    speller = Speller(["劳动合同", "劳动河豚"], lambda word: False)
    assert speller.correct("劳动河同") == "劳动合同"
    two = Speller(["职工医院", "职工医药"], lambda word: False)
    assert two.correct("职工医友") == "职工医友"


@pytest.mark.parametrize(
    "text", ["", "a", "法", "劳动 仲载", "劳动,仲载", "sp", "12351", "劳动x仲载"]
)
def test_what_is_no_run_of_chinese_is_left_alone(text: str) -> None:
    assert SMALL.correct(text) == text


def test_without_terms_nothing_is_changed() -> None:
    assert Speller([], lambda word: False).correct("劳动仲载") == "劳动仲载"


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_only_chinese_characters_change_and_none_moves(speller: Speller, text: str) -> None:
    corrected = speller.correct(text)
    assert len(corrected) == len(text)
    assert re.sub("[一-鿿]", "", corrected) == re.sub("[一-鿿]", "", text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(sorted({*"".join(TERMS), *"元载样住费废怎么的不办"})), max_size=12))
def test_correcting_again_changes_nothing(speller: Speller, text: str) -> None:
    corrected = speller.correct(text)
    assert speller.correct(corrected) == corrected
