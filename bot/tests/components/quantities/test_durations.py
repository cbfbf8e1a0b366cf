from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[[str, str], list[tuple[str, Any]]]


def length(
    years: str = "0",
    months: str = "0",
    days: str = "0",
    hours: str = "0",
    approximate: bool = False,
) -> dict[str, Any]:
    return {
        "years": years,
        "months": months,
        "days": days,
        "hours": hours,
        "approximate": approximate,
    }


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("干了3年7个月", "3年7个月", length("3", "7")),
        ("三年半", "三年半", length("3", "6")),
        ("离职一年半了", "一年半", length("1", "6")),
        ("半年没发工资", "半年", length(months="6")),
        ("半个月", "半个月", length(days="15")),
        ("两个半月", "两个半月", length(months="2", days="15")),
        ("一个半月没签", "一个半月", length(months="1", days="15")),
        ("1.5年", "1.5年", length("1", "6")),
        ("2.5个月", "2.5个月", length(months="2", days="15")),
        ("7年零1个月", "7年零1个月", length("7", "1")),
        ("1年10个月", "1年10个月", length("1", "10")),
        ("一年零三个月", "一年零三个月", length("1", "3")),
        ("两年三个月五天", "两年三个月五天", length("2", "3", "5")),
        ("三四年", "三四年", length("3", approximate=True)),
        ("十几年", "十几年", length("10", approximate=True)),
        ("3到5天", "3到5天", length(days="3", approximate=True)),
        ("一年多了", "一年", length("1", approximate=True)),
        ("两个多月", "两个多月", length(months="2", approximate=True)),
        ("大半年", "大半年", length(months="6", approximate=True)),
        ("12年", "12年", length("12")),
        ("廿年", "廿年", length("20")),
        ("两个礼拜", "两个礼拜", length(days="14")),
        ("三周", "三周", length(days="21")),
        ("怀孕16周", "16周", length(days="112")),
        ("45天", "45天", length(days="45")),
        ("十二天", "十二天", length(days="12")),
        ("老板拖了俩月工资", "俩月", length(months="2")),
        ("仨月没发", "仨月", length(months="3")),
        ("兩個月", "兩個月", length(months="2")),
        ("8个小时", "8个小时", length(hours="8")),
        ("一个半小时", "一个半小时", length(hours="1.5")),
        ("多干了3个钟", "3个钟", length(hours="3")),
        ("24小时开的地方", "24小时", length(hours="24")),
        ("休半天", "半天", length(days="0.5")),
        ("迟到30分钟", "30分钟", length(hours="0.5")),
        ("满一年了", "一年", length("1")),
        ("放假一个月", "一个月", length(months="1")),
        ("周六加班一天该给多少", "一天", length(days="1")),
        ("提前一个月说", "一个月", length(months="1")),
        ("合同签1年", "1年", length("1")),
        ("一天12个小时", "12个小时", length(hours="12")),
        ("8千一个月干了5个月", "5个月", length(months="5")),
        ("一个月里上了26天", "26天", length(days="26")),
        ("15日内起诉", "15日", length(days="15")),
        ("提前半个月", "半个月", length(days="15")),
    ],
)
def test_lengths(text: str, words: str, value: dict[str, Any], read: Read) -> None:
    assert read(text, "duration") == [(words, value)]


@pytest.mark.parametrize(
    "text",
    [
        "一个月能拿几钿",
        "高温费一个月多少",
        "2000一个月",
        "六千二一个月",
        "一个月扣我2000",
        "一个月六千五",
        "一年交多少",
        "一周上几天班",
        "多少钱一个月",
        "能赔几个月",
        "能休几天",
        "一天到晚加班",
        "三天两头罚款",
        "有一天",
        "第二年",
        "三期女工",
        "9点上班",
        "3月没发工资",
        "上半年",
        "2023年",
        "三年级",
        "两周年",
        "过年假",
        "等一下",
        "996",
    ],
)
def test_no_lengths(text: str, read: Read) -> None:
    assert read(text, "duration") == []
