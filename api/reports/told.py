"""How much money and how many people a worker's own words speak of.

Rather nothing than a guess: what cannot be read for certain is unknown, and is counted as such.
"""

import re
from decimal import Decimal
from typing import Final

from api.reports.folding import fold
from api.reports.numerals import Number, numbers_in

_LEAST_BARE: Final = 100
"""Yuan from which on a bare number is money; smaller ones count months and people."""
_MOST_YUAN: Final = Decimal(1_000_000_000)
_MOST_PEOPLE: Final = 100_000
_CURRENCY: Final = re.compile(r"\s*(?:元|块|圆|人民币|rmb|大洋)")
_OTHER_UNIT: Final = re.compile(
    r"\s*(?:年|个?月|日|号|天|周|个|人|位|名|小时|分|点|次|倍|岁|%|级|间|家|楼|期|/)"
)
_TOTAL: Final = re.compile(r"一共|总共|合计|总计|共计|总额|加起来|共")
_EACH: Final = re.compile(
    r"(?:每个?(?:月|人|天|小时)|人均|月薪|日薪|时薪|(?<!个)月工资|底薪|一天|一小时|平均)[^\d]{0,4}$"
)
_ALONE: Final = re.compile(
    r"^(?:目前|现在)?(?:就|只有|仅|只是|是)?(?:我|本人|自己|我自己)?(?:就|只有)?(?:一个人?|一人|1个?人?|自己|本人|我)(?:一个|一个人)?$"
    r"|(?:就|只有|仅)(?:我|本人|自己)|没有?(?:别人|其他人|别的人|工友|同事)|单独"
)
_AND_I: Final = re.compile(r"(?:我|本人)(?:和|跟|还有|加|同|以及|与)(?:另外|其他|别的)?$")
_PEOPLE: Final = re.compile(r"[多几来余]?(?:[个人名位号口]|(?:左右|上下|吧)?$)")


def yuan_in(text: str | None) -> Decimal | None:
    """The sum of money that is told; of a range the lower end; None if it is not clear."""
    folded = fold(text or "")
    found = [number for number in numbers_in(folded) if _is_money(number, folded)]
    if not found:
        return None
    total = _TOTAL.search(folded)
    behind = [number for number in found if total and number.start >= total.end()]
    if behind:
        return behind[0].value
    whole = [number for number in found if not _EACH.search(folded[: number.start])]
    if len(whole) < len(found):
        # So much a month, or each: of how many months is another question.
        return None
    values = {number.value for number in whole}
    return values.pop() if len(values) == 1 else None


def people_in(text: str | None) -> int | None:
    """How many people are told of, the worker included; at least so many where it is vague; None
    if it is not clear."""
    folded = re.sub(r"\s+", "", fold(text or "")).rstrip("。.!，,了")
    if not folded:
        return None
    found = [number for number in numbers_in(folded) if _is_people(number, folded)]
    if _ALONE.search(folded) and all(number.value <= 1 for number in found):
        return 1
    if len(found) != 1 or not 1 <= found[0].value <= _MOST_PEOPLE:
        return None
    number = found[0]
    others = _AND_I.search(folded[: number.start])
    return int(number.value) + (1 if others else 0)


def _is_money(number: Number, text: str) -> bool:
    if not 0 < number.value <= _MOST_YUAN:
        return False
    behind = text[number.end :]
    if _CURRENCY.match(behind):
        return True
    if _OTHER_UNIT.match(behind):
        return False
    return number.has_unit or number.value >= _LEAST_BARE


def _is_people(number: Number, text: str) -> bool:
    behind = text[number.end :]
    if re.match(r"个?(?:月|年|天|周|小时|多月)|日|点|元|块|号(?!人)|岁", behind):
        return False
    return number.value == int(number.value) and _PEOPLE.match(behind) is not None
