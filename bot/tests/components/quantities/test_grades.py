from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[[str, str], list[tuple[str, Any]]]


@pytest.mark.parametrize(
    ("text", "words", "grade"),
    [
        ("九级伤残能拿多少", "九级", 9),
        ("鉴定十级", "十级", 10),
        ("gs8级", "8级", 8),
        ("10级", "10级", 10),
        ("评了玖级", "玖级", 9),
    ],
)
def test_grades(text: str, words: str, grade: int, read: Read) -> None:
    assert read(text, "grade") == [(words, {"grade": grade})]


@pytest.mark.parametrize(
    "text", ["11级", "上一级部门", "二级医院", "九年级", "三级市场", "中级电工证", "0级"]
)
def test_no_grades(text: str, read: Read) -> None:
    assert read(text, "grade") == []
