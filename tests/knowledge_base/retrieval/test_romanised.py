import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.romanised import PinyinReader

SMALL = PinyinReader(["工伤", "劳动仲裁", "sb"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gongshang zenme shenqing", "工伤怎么申请"),
        ("gongshang怎么申请", "工伤怎么申请"),
        ("laodongzhongcai yao shenme cailiao", "劳动仲裁要什么材料"),
        ("zenmeban", "怎么办"),
        ("老板bugei工资", "老板不给工资"),
    ],
)
def test_pinyin_is_written_out(typed: str, meant: str) -> None:
    assert SMALL.write_out(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["how to join the union", "sb", "app里看", "wifi密码", "python", "gongshang insurance", ""],
)
def test_other_letters_stay(text: str) -> None:
    assert SMALL.write_out(text) == text


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ' 工伤123", max_size=40))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(SMALL.write_out(text), str)
