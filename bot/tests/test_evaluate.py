import copy
import json

import pytest

import evaluate

SPAN = {("money", 0, 2)}


def report() -> evaluate.Json:
    read = [
        ("a", intent, found, SPAN, SPAN)
        for intent in evaluate.RISKY
        for found in [intent] * 9 + ["ask_service"]
    ]
    return evaluate._report([*read, ("b", "ask_service", "ask_service", SPAN, set())])


def test_precision_recall_and_f1_are_counted() -> None:
    scores = report()["intents"]
    assert scores["crisis"]["recall"] == 0.9
    assert scores["crisis"]["precision"] == 1.0
    assert scores["ask_service"]["precision"] == 0.2
    assert report()["entities"]["money"]["recall"] == pytest.approx(40 / 41, abs=1e-4)
    assert report()["confusions"][0]["found"] == "ask_service"


def test_a_figure_below_the_baseline_is_named() -> None:
    worse = copy.deepcopy(report())
    worse["intents"]["crisis"]["recall"] = 0.88
    assert evaluate.fallen(report(), report()) == []
    assert evaluate.fallen(worse, report()) == ["crisis recall: 0.88 after 0.9"]


def test_the_stored_baseline_reaches_what_was_asked_for() -> None:
    baseline = json.loads(evaluate.BASELINE.read_text(encoding="utf-8"))
    assert baseline["intent_macro_f1"] >= 0.92
    assert baseline["entity_micro_f1"] >= 0.93
