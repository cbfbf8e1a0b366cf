import pytest

from knowledge_base.article import SectionName
from knowledge_base.importers.section_names import section_of


@pytest.mark.parametrize("section", SectionName)
def test_the_names_themselves(section: SectionName) -> None:
    assert section_of(section) is section


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("申请材料", "需要材料"),
        ("三、申报所需资料：", "需要材料"),
        ("办理流程", "怎么办理"),
        ("（二）申请程序", "怎么办理"),
        ("2. 申请方式", "怎么办理"),
        ("办理地点", "去哪里"),
        ("联系电话", "去哪里"),
        ("办理期限", "办理时限"),
        ("申请条件", "谁可以享受"),
        ("保障对象", "谁可以享受"),
        ("补助标准", "能得到什么"),
        ("注意事项及提醒", "注意事项"),
        ("政策依据", "依据"),
    ],
)
def test_headings_that_mean_a_section(heading: str, section: str) -> None:
    assert section_of(heading) == section


@pytest.mark.parametrize(
    "heading", ["总则", "申请条件和材料", "", "关于印发职工医疗互助补助申请材料清单的通知"]
)
def test_headings_that_mean_none_or_several(heading: str) -> None:
    assert section_of(heading) is None
