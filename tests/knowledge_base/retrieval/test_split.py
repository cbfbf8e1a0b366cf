import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.retrieval.split import SplitSettings, Splitter
from knowledge_base.retrieval.text import normalise

SPLITTER = Splitter(SplitSettings())


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("换厂了 会员还在不 咋退会", ("换厂了 会员还在不", "咋退会")),
        ("年假几天？加班费怎么算？", ("年假几天", "加班费怎么算")),
        ("年假几天。加班费怎么算", ("年假几天", "加班费怎么算")),
        ("怎么申请医疗互助？要什么材料？", ("怎么申请医疗互助", "要什么材料")),
        ("被辞退了有赔偿吗 另外社保断了怎么办", ("被辞退了有赔偿吗", "另外社保断了怎么办")),
        ("加班费怎么算还有年假几天", ("加班费怎么算", "还有年假几天")),
        (
            "体检在哪家医院 疗休养能带家属吗 互助怎么报",
            ("体检在哪家医院", "疗休养能带家属吗", "互助怎么报"),
        ),
    ],
)
def test_several_questions_are_taken_apart(message: str, questions: tuple[str, ...]) -> None:
    assert SPLITTER.run(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "",
        "？？？",
        "年假几天",
        "年假几天？",
        "公司没交生育险 生孩子的钱谁出",
        "我想问一下，医疗互助怎么申请",
        "老板拖欠工资，已经两个月了，怎么办",
        "我在工地摔伤了 老板不认 算不算工伤",
        "我要投诉 我要举报",
        "谢谢 再见",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert SPLITTER.run(message) == ()


def test_a_story_of_many_questions_is_no_list() -> None:
    asked = ["工资没发怎么办", "年假几天", "体检在哪家医院", "互助怎么报"]
    assert SPLITTER.run(" ".join(asked)) == ()
    assert Splitter(SplitSettings(most=4)).run(" ".join(asked)) == tuple(asked)
    assert len(SPLITTER.run(" ".join(asked[:3]))) == 3


def test_what_is_no_question_goes_with_the_next_one() -> None:
    assert SPLITTER.run("我换厂了 会员还在不？要辞职 补偿怎么算") == (
        "我换厂了 会员还在不",
        "要辞职 补偿怎么算",
    )


def test_what_follows_the_last_question_stays_with_it() -> None:
    assert SPLITTER.run("年假几天？加班费怎么算？急 谢谢") == ("年假几天", "加班费怎么算 急 谢谢")


def test_a_question_without_a_matter_belongs_to_the_one_before() -> None:
    assert SPLITTER.run("医疗互助怎么申请？多少钱？") == ()
    assert SPLITTER.run("医疗互助怎么申请？多少钱？年假几天？") == (
        "医疗互助怎么申请 多少钱",
        "年假几天",
    )


def test_how_much_a_question_must_hold_is_a_setting() -> None:
    message = "医疗互助怎么申请？咋报？"
    assert SPLITTER.run(message) == ()
    assert Splitter(SplitSettings(shortest=1)).run(message) == ("医疗互助怎么申请", "咋报")


def test_switched_off_it_leaves_every_message_whole() -> None:
    assert Splitter(SplitSettings().off()).run("年假几天？加班费怎么算？") == ()


MESSAGES = st.lists(
    st.sampled_from(
        ["年假", "怎么算", "几天", "咋退会", "还有", "？", " ", "，", "换厂了", "谁出", "能", "不"]
    ),
    max_size=14,
).map("".join) | st.text(st.characters(codec=None), max_size=60)


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_any_message_gives_no_parts_or_a_few_that_come_from_it(message: str) -> None:
    query = normalise(message)
    parts = SPLITTER.run(query)
    assert len(parts) in {0, 2, 3}
    assert all(part == part.strip() != "" for part in parts)
    rest = iter(query)
    assert all(letter in rest for part in parts for letter in part if letter != " ")
