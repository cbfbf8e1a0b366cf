import pytest

from components.employer_names import find_employers


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我在杭州锦程电子有限公司上班", "杭州锦程电子有限公司"),
        ("公司全称杭州锦程电子有限公司", "杭州锦程电子有限公司"),
        ("老张五金厂不发工资", "老张五金厂"),
        ("给蓝天保洁公司干", "蓝天保洁公司"),
        ("单位叫恒达纺织", "恒达纺织"),
        ("公司名字是新锐人力", "新锐人力"),
        ("在开元酒店上班", "开元酒店"),
        ("xx有限公司欠薪", "xx有限公司"),
    ],
)
def test_names(text: str, name: str) -> None:
    values = {mention.value for mention in find_employers(text)}
    places = {text[mention.start : mention.end] for mention in find_employers(text)}
    assert values == places == {name}


@pytest.mark.parametrize(
    "text",
    [
        "公司昨天把我开除了",
        "昨天公司叫我别来了",
        "厂里没单子",
        "我在电子厂上班",
        "一家小公司",
        "劳务派遣公司",
        "外地服装厂",
        "公司是不是违法",
        "单位叫我走人",
        "工资公司不发",
        "上家公司",
        "公司叫停了项目",
        "公司是外资企业",
        "公司是故意拖着",
        "公司叫人来签字",
        "公司叫大家加班",
        "公司叫员工自己走",
        "单位是事业单位",
    ],
)
def test_kinds_of_employers_are_no_names(text: str) -> None:
    assert find_employers(text) == []


@pytest.mark.parametrize("unit", ["公司", "厂", "在", "电子", "有限公司", "单位叫", "甲"])
def test_long_texts_are_read_in_one_pass(unit: str) -> None:
    find_employers(unit * (10_000 // len(unit)))
