from typing import Any

import pytest

from benchmarks.faults.injecting import Fault
from benchmarks.faults.schedule import Kind
from benchmarks.record import Stored
from benchmarks.soak_memory import Sample
from benchmarks.soak_report import SoakReport
from benchmarks.soak_workers import Asked, Book


def report(**values: Any) -> SoakReport:
    return SoakReport(**{"minutes": 60.0, "rate": 10.8, "seed": 1, **values})


def test_times_are_told_apart_by_what_was_wrong() -> None:
    book = Book()
    for sent_at, took in ((0, 0.1), (50, 0.2), (99, 2.0), (130, 0.4), (160, 0.1)):
        book.asked.append(Asked(f"k{sent_at}", sent_at, sent_at + took, ()))
    faults = [
        Fault(Kind.KILL, 45, 55, {"part": "rasa"}),
        Fault(Kind.SLOW_DISK, 100, 120, {"sync_ms": [50, 200]}),
    ]
    found = report()
    found.take_book(book, faults, started=0)
    assert {name: figures["messages"] for name, figures in found.latency.items()} == {
        "quiet": 2,
        "kill of rasa": 1,
        "slow disk": 2,
    }
    assert found.latency["slow disk"]["slowest_ms"] == 2000
    assert found.faults[0] == {"kind": "kill", "at_s": 45, "lasted_s": 10, "part": "rasa"}


def test_replies_have_to_be_those_that_were_told() -> None:
    messages = [
        Stored("1", "worker", "a", None),
        Stored("2", "bot", None, "1"),
        Stored("3", "worker", "b", None),
        Stored("4", "bot", None, "3"),
    ]
    book = Book(asked=[Asked("a", 0, 1, ("2",)), Asked("b", 0, 1, ("5",))])
    found = report()
    found.take_record({"c": messages}, book)
    assert (found.replies_not_as_told, found.out_of_order) == (1, 0)
    assert not found.is_clean


def _hour(last: float) -> list[Sample]:
    parts = {"gateway": (1, 10.0), "rasa": (2, 20.0), "actions": (3, 30.0)}
    return [Sample(at, parts, 1000.0 if at < 3000 else last) for at in range(0, 3600, 10)]


@pytest.mark.parametrize(("last", "is_flat"), [(1029, True), (1031, False), (969, False)])
def test_memory_is_flat_within_three_percent(last: float, is_flat: bool) -> None:
    found = report()
    found.take_memory(_hour(last))
    assert found.memory["is_flat"] is is_flat
    assert found.is_clean is is_flat
    assert len(found.memory["series"]) == 60


def test_memory_of_a_short_run_is_not_judged() -> None:
    found = report(minutes=3.0)
    found.take_memory(_hour(2000))
    assert found.memory["is_flat"] is None
    assert found.is_clean
