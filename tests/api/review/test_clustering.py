"""Grouping of questions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.review import clustering
from api.review.clustering import Asked, group, same_words

TAX = ["个税怎么退", "个税退税怎么弄", "请问个税咋退啊", "我要退个税 怎么办", "个税多交了能退吗"]
FUND = ["公积金怎么提取", "公积金提取要啥材料", "想提取公积金", "离职了公积金提取怎么弄"]
CARD = ["市民卡丢了去哪补办", "补办市民卡", "市民卡补办在哪里"]


def places(asked: list[Asked]) -> list[set[int]]:
    return [set(each) for each in group(asked)]


def test_questions_about_the_same_matter_come_together() -> None:
    asked = [Asked(text) for text in [*TAX, *FUND, *CARD, "食堂几点开饭"]]
    found = places(asked)
    assert found[:3] == [set(range(5)), set(range(5, 9)), set(range(9, 12))]
    assert len(found) == 4


def test_the_articles_found_bring_other_words_together() -> None:
    tax, fund = ["a", "b", "c"], ["x", "y", "z"]
    other_words = ["工资扣的税多了", "年底汇算"]
    asked = [Asked(text, tax) for text in [*TAX, *other_words]]
    asked += [Asked(text, fund) for text in FUND]
    alone = places([Asked(each.text) for each in asked])
    together = places(asked)
    assert len(together) < len(alone)
    assert {0, 5, 6} <= together[0]


def test_the_most_typical_question_comes_first() -> None:
    asked = [Asked("市民卡补办要照片吗还要身份证原件复印件"), *map(Asked, CARD)]
    (first,) = [each for each in group(asked) if len(each) > 1]
    assert first[0] in (2, 3)


def test_nothing_and_hardly_anything() -> None:
    assert group([]) == []
    assert group([Asked("个税")]) == [[0]]
    assert sorted(map(sorted, group([Asked("？"), Asked("！")]))) == [[0], [1]]
    assert places([Asked("个税"), Asked("个税")]) == [{0, 1}]


def test_many_are_gathered_around_leaders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.review.clustering._LEADERS_MAX", 5)
    asked = [Asked(f"{text}{'呢啊吧'[n % 3]}") for n in range(20) for text in [*TAX, *FUND]]
    found = places(asked)
    of_tax = {place for place in range(len(asked)) if place % 9 < 5}
    assert found[0] == of_tax


def test_words_that_every_question_has_do_not_count() -> None:
    assert same_words("请问，个税怎么退啊？") == "个税退"
    assert same_words("怎么办啊") == "怎么办啊"
    assert same_words("???") == ""


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.text(alphabet="个税公积金补办咋退？ \n", max_size=8), st.sampled_from("abc")),
        max_size=30,
    )
)
def test_every_question_is_in_one_group_the_same_every_time(
    questions: list[tuple[str, str]],
) -> None:
    asked = [Asked(text, hits) for text, hits in questions]
    found = group(asked)
    assert sorted(place for each in found for place in each) == list(range(len(asked)))
    assert found == group(asked)
    assert [len(each) for each in found] == sorted(map(len, found), reverse=True)
    assert clustering.group(asked, weight=0) == clustering.group(
        [Asked(each.text) for each in asked], weight=0
    )
