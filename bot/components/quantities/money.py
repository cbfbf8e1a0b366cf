"""Amounts of money in yuan, and the period or piece they are paid for."""

import re
from decimal import Decimal
from typing import Final

from components.quantities.mention import Json, Mention
from components.quantities.numerals import DIGIT, NAME_IN_DIGITS, NUMBER, decimal_text, parse_number

_UNIT: Final = r"元|块|圆|人民币|rmb|毛钱?"
_AMOUNT: Final = re.compile(
    rf"(?P<sign>(?<![\d.a-z])-|负)?¥?(?P<number>{NUMBER})"
    rf"(?:(?P<unit>{_UNIT})"
    rf"(?P<tenths>(?<=块)(?:{DIGIT}|\d{{1,2}})(?![\d个天年月周次件单份人位名趟碗顿盒张斤]))?)?"
)
# A figure before one of these counts something else.
_COUNTS_OTHER: Final = re.compile(
    r"(?:[个名位人口家次回件单台箱份步里米斤字日号点级度岁%％倍平楼路期条张页只股趟根辆]"
    r"|周(?![一二三四五六日末])|分(?![期批给])|月(?!薪|底|初|末|工资|入|收入)"
    r"|年(?!底|终|薪|假|后|前|初|收入)|天(?!天)"
    r"|小时|钟|分钟|公里|分之|\.\d|/\d|[-:~]\d|[a-z])"
)
_PAID: Final = (
    "工资|月薪|底薪|时薪|日薪|年薪|薪水|薪|基数|到手|实发|应发|收入|月入|标准|单价|津贴|补贴|补助|押金"
    "|奖金|费|金|钱|价|拿|发|给|扣|赔|补|欠|罚|交|掏|花|付|要|奖|押|借|退|报|赚|挣|收|差|涨|降|转|每人|少"
    "|绩效|提成|剩|均|实际|写|金额|税[前后]|领|共|合计"
)
_CUE_BEFORE: Final = re.compile(rf"(?:{_PAID})[^\d\s,，。.;；!！?？]{{0,4}}\s?$")
_RATE_BEFORE: Final = re.compile(
    r"(?:每|一|1|/)个?(?P<period>月|小时|钟头|天|年|单|件|趟|人)[^\d,，。.;；!！?？\n]{0,4}$"
)
_WAGE_BEFORE: Final = re.compile(
    r"(?P<period>[月时日年])(?:薪|工资|收入|入|结)[^\d,，。.;；!！?？\n]{0,4}$"
    r"|(?P<piece>计件|单价)[^\d,，。.;；!！?？\n]{0,4}$"
)
_RATE_AFTER: Final = re.compile(
    r"钱?\s?(?:左右|上下)?\s?(?:(?:每|一|1|/)个?(?P<period>月|小时|钟头|h|时|天|日|年|单|件|趟|人)"
    r"|的?(?P<wage>[月时日年])薪)"
)
_PERIODS: Final = {
    "月": "month",
    "小时": "hour",
    "钟头": "hour",
    "h": "hour",
    "时": "hour",
    "天": "day",
    "日": "day",
    "年": "year",
    "单": "piece",
    "件": "piece",
    "趟": "piece",
}
_CONTEXT: Final = 12
_CALL_BEFORE: Final = re.compile(r"[打拨警话线][^\d\s]{0,2}$")
_YEARS: Final = re.compile(r"19[5-9]\d|20[0-3]\d")
# Talk of pay: it makes a figure in the thousands money wherever it stands.
_PAY: Final = re.compile(
    "钱|薪|工资|赔|补偿|补助|双倍|几钿|拿|费|发|低|终局|起诉|案子|[合违]法|合规|伤残"
)
_LEAST_IN_PAY_TALK: Final = 1000
_SOME: Final = re.compile("好?[几数]")
_IDIOMS: Final = frozenset({"一块", "一毛", "一毛钱", "一元"})
_LEAST_WITHOUT_UNIT: Final = 5


def find_money(text: str) -> list[Mention]:
    """Return the amounts in folded ``text``.

    The value is ``{"amount", "per"}``, a range also has ``low`` and ``high``; the amount is the
    least that the words allow. A bare figure is an amount if a word of paying or a rate is near.
    """
    about_pay = _PAY.search(text) is not None
    mentions = []
    for match in _AMOUNT.finditer(text):
        value = _value(text, match, about_pay)
        if value is not None:
            # The label leaves out what is vague at the end: 两千 of 两千多.
            end = match.start() + len(match[0].rstrip("几多来余"))
            mentions.append(Mention("money", match.start(), end, value))
    return mentions


def _value(text: str, match: re.Match[str], about_pay: bool) -> Json:
    number = parse_number(match["number"])
    # 几千 is too vague to count with.
    if number is None or match[0] in _IDIOMS or _SOME.match(match["number"]):
        return None
    start = match.start("number") if match["sign"] else match.start()
    before = text[max(0, start - _CONTEXT) : start].rstrip("-负")
    after = text[match.end() : match.end() + _CONTEXT]
    has_unit = match["unit"] is not None or "¥" in match[0]
    if not has_unit and not _is_amount(match["number"], number.value, before, after, about_pay):
        return None
    factor = Decimal("0.1") if (match["unit"] or "").startswith("毛") else Decimal(1)
    if match["sign"]:
        factor = -factor
    tenths = _tenths(match["tenths"])
    low = decimal_text((number.value + tenths) * factor)
    value: dict[str, Json] = {"amount": low, "per": _period(before, after)}
    if number.most is not None:
        value |= {"low": low, "high": decimal_text((number.most + tenths) * factor)}
    return value


def _is_amount(written: str, value: Decimal, before: str, after: str, about_pay: bool) -> bool:
    """Tell whether a figure without 元 or 块 is an amount."""
    if _COUNTS_OTHER.match(after) or before.endswith(("第", "+")):
        return False
    if re.search(r"[千万kw]", written):
        return True
    if value < _LEAST_WITHOUT_UNIT or NAME_IN_DIGITS.fullmatch(written):
        return False
    if _CALL_BEFORE.search(before):
        return False
    if not re.search(r"[\d十百]", written):
        return False  # 五小, 三期: small numerals are parts of words
    if _RATE_AFTER.match(after) or _RATE_BEFORE.search(before) or _WAGE_BEFORE.search(before):
        return True
    if not re.search(r"[\d百]", written):
        return False
    if _CUE_BEFORE.search(before):
        return True
    return about_pay and value >= _LEAST_IN_PAY_TALK and not _YEARS.fullmatch(written)


def _tenths(written: str | None) -> Decimal:
    """块 and what follows: 三块五 is 3.5, 3块25 is 3.25."""
    if written is None:
        return Decimal(0)
    number = parse_number(written)
    if number is None:
        return Decimal(0)
    return number.value / (10 if number.value < 10 else 100)


def _period(before: str, after: str) -> str | None:
    """Name what the amount is paid for, from the words next to it; those after it come first."""
    if match := _RATE_AFTER.match(after):
        return _PERIODS.get(match["period"] or match["wage"])
    if match := _RATE_BEFORE.search(before):
        return _PERIODS.get(match["period"])
    if match := _WAGE_BEFORE.search(before):
        return "piece" if match["piece"] else _PERIODS[match["period"]]
    return None
