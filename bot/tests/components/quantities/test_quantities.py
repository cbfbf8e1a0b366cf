from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from components.quantities.quantities import find_quantities

Read = Callable[[str, str], list[tuple[str, Any]]]


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("8000", "8000", "8000"),
        (" 8000。", "8000", "8000"),
        ("-500", "-500", "-500"),
        ("负500", "负500", "-500"),
        ("五十", "五十", "50"),
        ("三", "三", "3"),
        ("12.50", "12.50", "12.5"),
        ("大概8000左右", "8000", "8000"),
        ("年龄：46", "46", "46"),
        ("我46了还行不", "46", "46"),
        ("俺弟15岁", "15", "15"),
    ],
)
def test_bare_numbers(text: str, words: str, number: str, read: Read) -> None:
    assert read(text, "number") == [(words, {"number": number})]


@pytest.mark.parametrize(
    "text",
    [
        "12351",
        "12333打不通",
        "110",
        "120来了",
        "996",
        "N+1是啥",
        "2N又是啥",
        "9点到6点",
        "8:30",
        "会费2%",
        "三倍工资",
        "3倍工资",
        "13812345678",
        "0571-86221111",
        "330106199001011234",
        "四送四助",
        "一裁终局",
        "3号线",
        "40度",
    ],
)
def test_no_figures(text: str, today: date) -> None:
    assert [mention for mention in find_quantities(text, today) if mention.entity != "date"] == []


def test_a_message_with_everything(today: date) -> None:
    text = "我2023年5月进厂 干了3年7个月 月薪8千 上周五把我们30几个人都裁了 我九级伤残"
    found = [(each.entity, text[each.start : each.end]) for each in find_quantities(text, today)]
    assert found == [
        ("date", "2023年5月"),
        ("duration", "3年7个月"),
        ("money", "8千"),
        ("date", "上周五"),
        ("count", "30几"),
        ("grade", "九级"),
    ]


@pytest.mark.parametrize("length", [500, 10_000])
@pytest.mark.parametrize(
    "unit",
    [
        "8",
        "一",
        "十",
        "一万",
        "8千",
        "1,",
        "1,234",
        "1.",
        "1-",
        "一到",
        "零",
        "一、",
        "年",
        "半",
        "上",
        "2023年",
        "1个",
        "-1",
        "月薪",
        "8块",
        "三四",
        "12月1号",
        "一个月",
        "大年初一",
        "20230501",
        "（",
        "昨天",
        "¥",
        " ",
        "12月到",
        "到",
    ],
)
def test_long_texts_are_read_in_one_pass(unit: str, length: int, today: date) -> None:
    text = unit * (length // len(unit))
    mentions = find_quantities(text, today)
    assert all(0 <= each.start < each.end <= len(text) for each in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


@pytest.mark.parametrize("text", ["", " ", "😀", "\ud83d", "²³", "㊿", "١٢٣"])
def test_odd_text_is_harmless(text: str, today: date) -> None:
    find_quantities(text, today)
