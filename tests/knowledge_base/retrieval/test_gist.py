import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.gist import Gist, GistSettings, Piece
from knowledge_base.retrieval.tokenizer import Tokenizer

GIST = Gist(GistSettings(), Tokenizer().union_characters)
STORY = (
    "你好,我是贵州来的,在仓前一个做包装的厂里干活,厂里三十来个人,老板是本地人,"
    "领导换了好几个,现在这个什么都不懂,上个礼拜吃饭的时候大家聊起来,谁也说不清楚,"
)


def pieces(message: str, gist: Gist = GIST) -> list[str]:
    return [piece.text for piece in gist.run(message)]


def asked(message: str) -> list[str]:
    return [piece.text for piece in GIST.run(message) if piece.asks]


def test_a_short_message_is_left_whole() -> None:
    assert GIST.run("医疗互助怎么申请") == ()


def test_nothing_but_marks_has_no_pieces() -> None:
    assert GIST.run("。，？！" * 30) == ()


def test_a_stage_that_is_off_leaves_a_long_message_whole() -> None:
    assert Gist(GistSettings().off(), len).run(STORY * 3) == ()


def test_of_a_story_the_question_is_found_wherever_it_stands() -> None:
    question = "医疗互助怎么申请"
    for message in (STORY + question, f"{question},{STORY}", f"{STORY}{question},{STORY}"):
        (piece,) = asked(message)
        assert question in piece


def test_beginning_and_end_are_there_as_well() -> None:
    found = GIST.run(f"工资两个月没发了,{STORY}{STORY}就是这样")
    assert found == (
        Piece("工资两个月没发了,你好,我是贵州来的,在仓前一个做包装的厂里干活", asks=False),
        Piece("上个礼拜吃饭的时候大家聊起来,谁也说不清楚,就是这样", asks=False),
    )


@pytest.mark.parametrize(
    "told", ["什么都不懂", "谁也说不清楚", "换了好几个", "干了十几年", "没什么大事"]
)
def test_a_question_word_that_asks_nothing_is_no_question(told: str) -> None:
    assert asked(f"{told},{'我在厂里上班,' * 20}") == []


def test_a_question_for_all_is_one() -> None:
    (piece,) = asked(f"{STORY}疗休养谁都可以参加吗")
    assert piece == "疗休养谁都可以参加吗"


def test_of_many_questions_those_about_the_union_stay_in_their_order() -> None:
    others = f"{STORY}今天天气怎么样,"
    message = f"{others}疗休养能带家属吗,{others}年假有几天,{others}{STORY}"
    gist = Gist(GistSettings(most=2), Tokenizer().union_characters)
    assert [piece.text for piece in gist.run(message) if piece.asks] == [
        "疗休养能带家属吗",
        "年假有几天",
    ]


def test_of_those_that_weigh_the_same_the_last_stay() -> None:
    message = "丙" * 30 + "".join(f",{'乙' * 30},甲{number}行不行" for number in range(4))
    gist = Gist(GistSettings(most=2), lambda _: 0)
    assert [piece.text for piece in gist.run(message) if piece.asks] == ["甲2行不行", "甲3行不行"]


def test_a_message_without_marks_is_cut() -> None:
    message = "我在厂里上班十几年了" * 10 + "老板一直不交社保怎么办"
    width = GistSettings().width
    assert all(len(piece) <= width for piece in pieces(message))
    assert "社保怎么办" in asked(message)[-1]


@given(st.text(alphabet="工会，,。？ 什么怎么几吗a\n😀", max_size=600))
def test_pieces_are_short_and_few(message: str) -> None:
    settings = GistSettings()
    found = pieces(message)
    assert len(found) == len(set(found)) <= settings.most + 2
    assert all(len(piece) <= settings.width for piece in found)
    assert all(piece in message for piece in found)
