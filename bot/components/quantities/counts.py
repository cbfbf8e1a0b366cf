"""Numbers of people, children, times and pieces: 三十几号人, 28个人, 两个娃, 2次."""

import re
from decimal import Decimal
from typing import Final

from components.quantities.mention import Json, Mention
from components.quantities.numerals import NUMBER, Number, parse_number

_PEOPLE: Final = (
    "工人|工友|员工|职工|民工|农民工|兄弟|同事|老乡|姐妹|女工|男工|骑手|司机|保安|保洁|师傅|学徒|实习生|会员"
    "|代表|大学生|学生|临时工|派遣工|小工|大工|老人|女的|男的"
)
_CHILDREN: Final = "娃|孩子|小孩|宝宝|儿子|女儿|闺女|丫头|崽|小鬼|伢"
_PIECES: Final = (
    "件|单(?![位子])|台|箱|份(?!额)|根|辆|套|张|瓶|条|只(?![有要能给发])|间|项|笔|封|本|支|双(?![倍休方薪胞])"
    "|把|桶|包|袋"
)
_OTHERS: Final = (
    "颗?星(?![期级桥])|(?:(?<=打.)|(?<=打..))分(?![钟钱期之公店批])"
    "|[个家](?!工作日|钟|月|多月|半|小时|星期|礼拜|来月|整?[年月天]|[人体性别])"
)
_COUNT: Final = re.compile(
    rf"(?P<number>{NUMBER}|俩|仨)(?P<several>多|来)?(?:"
    rf"(?P<person>[个名位号口]?(?:人(?![事社家均格次群才力]|民币|工(?![友人]))|{_PEOPLE})|口子)"
    rf"|(?P<child>个?(?:{_CHILDREN}))"
    r"|(?P<time>次(?![品日要])|回(?![来去家到复答])|趟|遍)"
    rf"|(?P<piece>{_PIECES})"
    rf"|(?P<other>{_OTHERS})"
    r")"
)
_WORDS: Final = {"俩": Number(Decimal(2)), "仨": Number(Decimal(3))}
_COUPLES: Final = frozenset({"两口子", "俩口子"})


def find_counts(text: str) -> list[Mention]:
    """Return the numbers of things in folded ``text``, without their measure words.

    The value is ``{"count", "unit", "approximate"}``; of a vague number (三十几) the count is the
    least. The indefinite 一 (一个人, 一台机器) counts nothing; 第二个娃 is 2.
    """
    mentions = []
    for match in _COUNT.finditer(text):
        value = _value(text, match)
        if value is not None:
            mentions.append(Mention("count", match.start(), match.end("number"), value))
    return mentions


def _value(text: str, match: re.Match[str]) -> Json:
    number = _WORDS.get(match["number"]) or parse_number(match["number"])
    unit = str(match.lastgroup)
    if number is None or number.value % 1 or match[0] in _COUPLES:
        return None
    if match["number"] == "一" and unit != "child" and "星" not in match[0]:
        return None
    before = text[max(0, match.start() - 1) : match.start()]
    # Which child it is (第二个娃) decides on leave; other places in a row count nothing.
    if before.endswith("+") or (before.endswith("第") and unit != "child"):
        return None
    approximate = number.approximate or match["several"] is not None
    return {"count": int(number.value), "unit": unit, "approximate": approximate}
