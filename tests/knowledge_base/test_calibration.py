import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.calibration import Bounds, Calibrated, calibrate, save
from knowledge_base.document import Document
from knowledge_base.engine import SearchEngine
from knowledge_base.evaluation.questions import LabelledQuestion
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.candidates import FEATURES
from knowledge_base.retrieval.decision import DECISION_FEATURES, DecisionModel
from knowledge_base.retrieval.rerank import RankerModel
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.samples import document

DAY = date(2026, 11, 23)
BOUNDS = Bounds(wrong=0.1, unanswerable_offered=0.25)

MATTERS = ["年假", "加班费", "医疗互助", "疗休养", "体检", "公积金", "失业金", "工伤认定", "会员证"]
ASKED = ["{}怎么办", "请问{}的事", "{}多少钱", "哪里管{}", "想问{}啊"]
FOREIGN = [
    f"{what}{asked}"
    for what in ("股票", "护照", "火锅", "地铁", "房贷", "天气")
    for asked in ("怎么办", "多少钱", "有规定吗", "怎么办理呢")
]


def _questions() -> list[LabelledQuestion]:
    answerable = [
        LabelledQuestion(id=f"a{place}-{number}", question=asked.format(matter), answers=(matter,))
        for place, matter in enumerate(MATTERS)
        for number, asked in enumerate(ASKED)
    ]
    # Words lead to another document than the label: what a search gets wrong.
    hard = [
        LabelledQuestion(id=f"h{place}", question=f"{matter}呢", answers=(MATTERS[place - 1],))
        for place, matter in enumerate(MATTERS[:4])
    ]
    foreign = [
        LabelledQuestion(id=f"u{place}", question=question, answers=())
        for place, question in enumerate(FOREIGN)
    ]
    return [*answerable, *hard, *foreign]


QUESTIONS = _questions()
ANSWERABLE = sum(question.answerable for question in QUESTIONS)


@pytest.fixture(scope="module")
def by_words(engine: SearchEngine) -> SearchEngine:
    return engine.with_settings(SearchSettings().without("dense"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, engine: SearchEngine) -> IndexStore:
    documents: list[Document] = [
        document(
            id=matter,
            title=f"{matter}的规定",
            questions=[f"{matter}怎么办理", f"什么是{matter}"],
            sections={"一句话回答": f"{matter}有规定，多少钱看规定。"},
        )
        for matter in MATTERS
    ]
    made = IndexStore(tmp_path_factory.mktemp("index"))
    build_index(documents, made, engine.encoder, list(engine.analysers.values()))
    return made


@pytest.fixture(scope="module")
def knowledge_base(store: IndexStore, by_words: SearchEngine) -> KnowledgeBase:
    return KnowledgeBase.from_store(store, by_words)


Fit = Callable[[Bounds], Calibrated]


@pytest.fixture(scope="module")
def fit(knowledge_base: KnowledgeBase) -> Fit:
    return lambda bounds: calibrate(knowledge_base, QUESTIONS, as_of=DAY, bounds=bounds)


@pytest.fixture(scope="module")
def calibrated(fit: Fit) -> Calibrated:
    return fit(BOUNDS)


def test_every_question_is_counted(calibrated: Calibrated) -> None:
    assert calibrated.report.answerable == ANSWERABLE
    assert calibrated.report.unanswerable == len(FOREIGN)


def test_what_may_go_wrong_stays_within_the_bounds(calibrated: Calibrated) -> None:
    report = calibrated.report
    assert report.wrong_among_answered <= BOUNDS.wrong + 0.001
    assert 1 - report.unanswerable_declined <= BOUNDS.unanswerable_offered + 0.001
    assert 0 < calibrated.decision.answer_from <= 1
    assert 0 < calibrated.decision.choices_from <= 1.002


def test_most_questions_are_answered_when_words_tell_them_apart(calibrated: Calibrated) -> None:
    report = calibrated.report
    assert report.best_document_right > 0.8
    assert report.answered > 0.5
    assert report.answered + report.offered_choices <= 1.001


def test_the_models_weigh_this_programs_features(calibrated: Calibrated) -> None:
    assert set(calibrated.ranker.weights) == set(FEATURES)
    assert set(calibrated.decision.right.weights) == set(DECISION_FEATURES)
    assert set(calibrated.decision.covered.weights) == set(DECISION_FEATURES)


def test_stricter_bounds_answer_less(fit: Fit) -> None:
    strict, loose = (
        fit(Bounds(wrong=0.0, unanswerable_offered=0.05)),
        fit(Bounds(wrong=0.5, unanswerable_offered=0.5)),
    )
    assert strict.report.answered <= loose.report.answered
    assert strict.report.unanswerable_declined >= loose.report.unanswerable_declined
    assert strict.decision.answer_from >= loose.decision.answer_from
    assert strict.report.wrong_among_answered == 0
    assert (strict.ranker, strict.decision.right) == (loose.ranker, loose.decision.right)


def test_fitting_again_gives_the_same_whatever_models_are_in_use(
    store: IndexStore, by_words: SearchEngine, calibrated: Calibrated
) -> None:
    upside_down = RankerModel(dict.fromkeys(FEATURES, -9.0))
    engine = replace(by_words, ranker=upside_down, decision=calibrated.decision)
    other = KnowledgeBase.from_store(store, engine)
    assert calibrate(other, QUESTIONS, as_of=DAY, bounds=BOUNDS) == calibrated


def test_a_question_that_finds_nothing_is_passed_over(
    knowledge_base: KnowledgeBase, calibrated: Calibrated
) -> None:
    nothing = LabelledQuestion(id="nothing", question="@@@", answers=())
    assert calibrate(knowledge_base, [*QUESTIONS, nothing], as_of=DAY, bounds=BOUNDS) == calibrated


@pytest.mark.parametrize("answerable", [True, False])
def test_it_needs_questions_of_both_sorts(knowledge_base: KnowledgeBase, answerable: bool) -> None:
    questions = [question for question in QUESTIONS if question.answerable is answerable]
    with pytest.raises(ValueError, match="answerable and unanswerable"):
        calibrate(knowledge_base, questions, as_of=DAY)


def test_answers_that_are_never_found_teach_nothing(knowledge_base: KnowledgeBase) -> None:
    lost = [
        question.model_copy(update={"answers": ("gone",)}) if question.answerable else question
        for question in QUESTIONS
    ]
    with pytest.raises(ValueError, match="no question has a right candidate"):
        calibrate(knowledge_base, lost, as_of=DAY)


def test_what_is_saved_is_read_back(calibrated: Calibrated, tmp_path: Path) -> None:
    ranker, decision = tmp_path / "ranker.json", tmp_path / "decision.json"
    save(calibrated, ranker, decision)
    assert RankerModel.load(ranker) == calibrated.ranker
    assert DecisionModel.load(decision) == calibrated.decision
    figures = json.loads(decision.read_text(encoding="utf-8"))["calibration"]
    assert figures["answerable"] == ANSWERABLE
    assert figures["wrong_among_answered"] == calibrated.report.wrong_among_answered
