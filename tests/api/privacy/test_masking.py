from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.members.identity import check_digit
from api.privacy.masking import BANK_CARD, ID_NUMBER, NAME, PHONE, mask

SEPARATORS = st.sampled_from(["", "", "", " ", "-", "\u3000", ".", "  ", "\u200b"])
SURROUNDINGS = st.text(alphabet="我的是，。 请问abcXYZ\n（）")


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    region = draw(st.integers(110000, 659999))
    born = draw(st.dates(date(1930, 1, 1), date(2010, 12, 31)))
    first_17 = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return first_17 + check_digit(first_17)


@st.composite
def phones(draw: st.DrawFn) -> str:
    country = draw(st.sampled_from(["", "86", "+86", "0086"]))
    return f"{country}1{draw(st.integers(3, 9))}{draw(st.integers(0, 10**9 - 1)):09}"


@st.composite
def written(draw: st.DrawFn, number: str) -> str:
    """The number as somebody might write it."""
    text = draw(SEPARATORS).join(number) if draw(st.booleans()) else number
    full_width = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    return text.translate(full_width) if draw(st.booleans()) else text


@pytest.mark.parametrize(
    ("numbers", "label"),
    [
        (id_numbers(), ID_NUMBER),
        (phones(), PHONE),
        (st.integers(62 * 10**14, 63 * 10**17 - 1).map(str), None),
    ],
)
def test_numbers_are_covered_however_they_are_written(
    numbers: st.SearchStrategy[str], label: str | None
) -> None:
    @given(st.data(), SURROUNDINGS, SURROUNDINGS)
    def check(data: st.DataObject, before: str, after: str) -> None:
        number = data.draw(numbers)
        masked = mask(before.rstrip() + "：" + data.draw(written(number)) + "，" + after)
        assert not any(character.isdigit() for character in masked)
        if label is not None:
            assert label in masked

    check()


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(alphabet="我叫本人名字姓是：: 张三王丰0123456789一二-"))
def test_masking_twice_is_masking_once_in_odd_sentences(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(
    st.text(
        alphabet=st.characters(
            exclude_categories=["Nd", "Cs"], exclude_characters="叫名姓〇零一二三四五六七八九幺"
        )
    )
)
def test_text_without_numbers_and_names_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证 330110199001011237 是我的", f"身份证 {ID_NUMBER} 是我的"),
        ("33011019900101123x", ID_NUMBER),
        ("330110900101123", ID_NUMBER),
        ("电话0571-85028888转3", f"电话{PHONE}转3"),
        ("电话 010-6502888", f"电话 {PHONE}"),
        ("手机138 1234 5678", f"手机{PHONE}"),
        ("一三八一二三四五六七八", PHONE),
        ("幺三八 1234 五六七八", PHONE),
        ("卡号6222 0212 3456 7890 123", f"卡号{BANK_CARD}"),
        ("我叫张三，在厂里上班", f"我叫{NAME}，在厂里上班"),
        ("您好我叫 欧阳小明。", f"您好我叫 {NAME}。"),
        ("我叫阿依古丽·买买提，", f"我叫{NAME}，"),
        ("我的名字叫李四", f"我的名字叫{NAME}"),
        ("本人姓名：王五 工龄3年", f"本人姓名：{NAME} 工龄3年"),
        ("我叫John Smith", f"我叫{NAME}"),
    ],
)
def test_examples_are_covered(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "打 12351 或者 12345",
        "2026-11-26 08:30 发了 18,000.50 元",
        "欠薪 180000 元，工龄 12 年",
        "三个月没发工资，一共二十几个人",
        "我是工人，我们厂三百多人",
        "医疗互助怎么报",
    ],
)
def test_figures_dates_and_hotlines_stay(text: str) -> None:
    assert mask(text) == text
