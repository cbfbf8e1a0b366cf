"""Two hundred made-up employers, and the ways in which workers write their names."""

import random
from collections.abc import Iterator

import opencc

_BRANDS = [
    "宏达",
    "宏发",
    "宏远",
    "恒丰",
    "恒达",
    "金源",
    "金泰",
    "天成",
    "天元",
    "瑞祥",
    "瑞丰",
    "永兴",
    "永盛",
    "华美",
    "华丰",
    "德隆",
    "德信",
    "万顺",
    "万达",
    "飞跃",
    "新世纪",
    "东方红",
    "老张",
    "阿东",
    "正华",
    "明辉",
    "佳和",
    "百川",
    "千里马",
    "好邻居",
    "绿洲",
    "银河",
    "晨光",
    "星火",
    "海纳",
    "同心",
]
_TRADES = ("电子", "服饰", "五金", "物流", "建筑", "餐饮", "包装", "机械")
_TRAPS = (
    "余杭水务", "临平水务", "余杭燃气", "杭州第一建筑", "杭州第二建筑", "东方红一厂", "东方红二厂",
    "余杭区第一人民医院", "余杭区第二人民医院", "临平第一人民医院", "良渚供水", "瓶窑供水",
    "阳光新世界百货", "阳光新世纪百货城", "南方电力安装", "北方电力安装", "美团", "饿了么",
)  # fmt: skip
_SAME_SOUND = dict(
    zip(
        "宏达发远恒丰金源泰天成元瑞祥永兴盛华美德隆信顺飞跃正明辉佳和川晨光海同心",
        "鸿答法院横风今原太添城园锐翔勇星胜花每得龙新瞬非悦政名晖家河穿辰广孩铜欣",
        strict=True,
    )
)
_FORMS = ("有限公司", "股份有限公司", "有限责任公司", "公司", "厂", "")
_PLACES = ("", "杭州", "杭州市", "余杭", "杭州余杭", "浙江", "杭州市余杭区")
_traditional = opencc.OpenCC("s2t")


def employers(number: int = 200) -> list[str]:
    """Names that are not the same employer, as people would say them in full."""
    pairs = [f"{brand}{trade}" for trade in _TRADES for brand in _BRANDS]
    return [*_TRAPS, *pairs][:number]


def variants(name: str, chance: random.Random, number: int = 8) -> Iterator[str]:
    """Ways in which workers write it."""
    for _ in range(number):
        yield _written(name, chance)


def with_wrong_character(name: str) -> str | None:
    """The name with one character for another that sounds the same; None if none is known."""
    for place, character in enumerate(name):
        if character in _SAME_SOUND:
            return f"{name[:place]}{_SAME_SOUND[character]}{name[place + 1 :]}"
    return None


def _written(name: str, chance: random.Random) -> str:
    fixed = name in _TRAPS
    place = "" if fixed else chance.choice(_PLACES)
    form = "" if fixed else chance.choice(_FORMS)
    written = f"{place}{name}{form}"
    match chance.randrange(8):
        case 0:
            written = _traditional.convert(written)
        case 1:
            written = f"（{place}）{name}{form}" if place else f"{name}（集团）{form}"
        case 2:
            written = " ".join(written)
        case 3:
            written = f"我们公司叫{written}"
        case 4:
            written = f"在{written}上班"
        case 5:
            written = f"单位是{written}，在仓前这边，我在里面做了三年多的普工"
        case 6:
            written = written + ("余杭分公司" if form.endswith("公司") else "")
    return written
