from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[[str, str], list[tuple[str, Any]]]


@pytest.mark.parametrize(
    ("text", "words", "count", "unit", "approximate"),
    [
        ("俺们三十几号人半年没发工资", "三十几", 30, "person", True),
        ("公司28个人想成立工会", "28", 28, "person", False),
        ("50多个工友", "50多", 50, "person", True),
        ("上百号人", "上百", 100, "person", True),
        ("几十个兄弟", "几十", 20, "person", True),
        ("三四十个人", "三四十", 30, "person", True),
        ("一百来号人", "一百来", 100, "person", True),
        ("我们仨人", "仨", 3, "person", False),
        ("十二名员工", "十二", 12, "person", False),
        ("还有两个娃", "两", 2, "child", False),
        ("俩娃", "俩", 2, "child", False),
        ("第二个娃", "二", 2, "child", False),
        ("请了2次假", "2", 2, "time", False),
        ("加了四回班", "四", 4, "time", False),
        ("压断两根手指", "两", 2, "piece", False),
        ("发了两箱矿泉水", "两", 2, "piece", False),
        ("两个", "两", 2, "other", False),
        ("给五星", "五", 5, "other", False),
        ("打10分", "10", 10, "other", False),
    ],
)
def test_counts(
    text: str, words: str, count: int, unit: str, approximate: bool, read: Read
) -> None:
    value = {"count": count, "unit": unit, "approximate": approximate}
    assert read(text, "count") == [(words, value)]


@pytest.mark.parametrize(
    "text",
    [
        "就我一个人上班",
        "弄坏一台机器",
        "一下",
        "一分钱",
        "3个月",
        "8个小时",
        "两个半月",
        "第3次",
        "N+1个月",
        "两口子",
        "4500 双倍",
        "个人能入不",
        "60个工作日",
    ],
)
def test_no_counts(text: str, read: Read) -> None:
    assert read(text, "count") == []
