from collections import Counter
from itertools import islice

from benchmarks.faults.schedule import Kind, planned
from benchmarks.product import PARTS


def test_a_seed_gives_the_same_faults_again() -> None:
    first, second = (list(islice(planned(7, 45), 60)) for _ in range(2))
    assert first == second
    assert first != list(islice(planned(8, 45), 60))


def test_every_six_faults_have_all_kinds() -> None:
    faults = list(islice(planned(7, 45), 60))
    for start in range(0, 60, 6):
        six = faults[start : start + 6]
        assert Counter(each.kind for each in six) == {
            Kind.KILL: 3,
            Kind.SLOW_DISK: 1,
            Kind.CLOCK_JUMP: 2,
        }
        assert {each.part for each in six if each.kind is Kind.KILL} == set(PARTS)
        back, forward = sorted(each.amount for each in six if each.kind is Kind.CLOCK_JUMP)
        assert -7200 <= back <= -5
        assert 5 <= forward <= 7200


def test_they_last_and_pause_as_said() -> None:
    for each in islice(planned(7, 40), 60):
        assert 20 <= each.pause_s <= 60
        assert each.lasts_s == 0 if each.kind is Kind.KILL else 20 <= each.lasts_s <= 60
