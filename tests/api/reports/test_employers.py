import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from api.reports.employer_texts import employer_texts
from api.reports.employers import Employer, read_employer, same_employers
from tests.api.reports import employers as made_up

LEXICON = Path(__file__).parents[3] / "bot" / "components" / "lexicon" / "employer.yml"


def same(*names: str) -> bool:
    read = [read_employer(name) for name in names]
    known = [each for each in read if each is not None]
    leader = same_employers(known)
    return len(known) == len(names) and len({leader[each.key] for each in known}) == 1


def test_known_ones_are_those_of_the_bot() -> None:
    assert employer_texts().known == yaml.safe_load(LEXICON.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "written",
    [
        "宏达电子厂", "宏達電子（余杭）分公司", "杭州市余杭区宏达电子股份有限公司", "宏 达 电 子",
        "我们公司叫宏达电子", "在余杭宏达电子厂上班", "宏达电子公司余杭分公司", "良渚宏达电子",
        "公司是宏达电子，在仓前，我在里面做普工三年多了", "鸿达电子有限公司", "宏达厂",
        "宏达电子科技", "【宏达电子】", "我在宏达电子有限公司的车间",
    ],
)  # fmt: skip
def test_ways_to_write_one_employer(written: str) -> None:
    assert same("杭州宏达电子有限公司", written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宏达电子", "宏达建筑"), ("宏达电子", "宏发电子"), ("余杭水务", "临平水务"),
        ("东方红一厂", "东方红二厂"), ("杭州第一建筑", "杭州第二建筑"),
        ("余杭区第一人民医院", "临平第一人民医院"), ("南方电力安装", "北方电力安装"),
        ("ABC公司", "ABD公司"),
    ],
)  # fmt: skip
def test_different_employers(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    "told",
    ["不知道", "跳过", "私人老板", "一个工地", "公司", "电子厂", "", "。", "某某", "x" * 500],
)
def test_nobody_in_particular(told: str) -> None:
    assert read_employer(told) is None


def test_a_short_name_of_two_employers_is_neither() -> None:
    assert same("宏达厂", "宏达电子有限公司")
    leader = same_employers(
        [Employer("宏达", "宏达"), Employer("宏达电子", "宏达"), Employer("宏达建筑", "宏达")]
    )
    assert len(set(leader.values())) == 3


def test_no_two_of_two_hundred_employers_are_taken_for_one() -> None:
    """And nearly every way to write one is recognised: this is what the evidence counts."""
    told = spellings()
    read = {written: read_employer(written) for written in told}
    leader = same_employers(each for each in read.values() if each is not None)
    meant: dict[str, set[str]] = defaultdict(set)
    found: dict[str, Counter[str | None]] = defaultdict(Counter)
    for written, name in told.items():
        employer = read[written]
        key = leader[employer.key] if employer is not None else None
        found[name][key] += 1
        if key is not None:
            meant[key].add(name)
    assert len(found) == 200
    assert [names for names in meant.values() if len(names) > 1] == []
    recognised = sum(counts.most_common(1)[0][1] for counts in found.values())
    assert recognised / len(told) >= 0.98


def spellings() -> dict[str, str]:
    """Ways to write two hundred employers, and whom they mean."""
    chance = random.Random(3)  # noqa: S311
    told = {}
    for name in made_up.employers():
        for written in made_up.variants(name, chance):
            told[written] = name
        wrong = made_up.with_wrong_character(name)
        if wrong is not None and len(name) >= 4:
            told[wrong] = name
    return told


@given(st.text(max_size=60))
def test_nothing_that_is_said_breaks_it(text: str) -> None:
    read = read_employer(text)
    assert read is None or len(read.key) >= 2
