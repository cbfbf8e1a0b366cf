import pytest

from api.reports.kinds import CaseKind, kinds_of

ARREARS, DISMISSAL, INJURY = CaseKind.WAGE_ARREARS, CaseKind.DISMISSAL, CaseKind.INJURY


@pytest.mark.parametrize(
    ("category", "story", "kinds"),
    [
        ("欠薪与工资支付", "老板跑路了", {ARREARS}),
        ("综合", "老板三个月没发工资", {ARREARS}),
        ("综合", "工资一直拖着不结", {ARREARS}),
        ("综合", "老闆拖欠工資", {ARREARS}),
        ("劳动合同", "昨天口头把我辞退了", {DISMISSAL}),
        ("劳动合同", "叫我明天不用来上班了，工资也不给", {DISMISSAL, ARREARS}),
        ("工伤", "", {INJURY}),
        ("综合", "手被机器压断了，厂里不给钱", {INJURY}),
        ("劳动合同", "合同到期了想问问续签", set()),
        ("医疗互助", "住院报销", set()),
        ("别的", "工资协商怎么搞", set()),
    ],
)
def test_what_a_case_is_about(category: str, story: str, kinds: set[CaseKind]) -> None:
    assert kinds_of(category, story, {}) == kinds
    assert kinds_of(category, "", {"what_happened": story, "amount": None}) == kinds
