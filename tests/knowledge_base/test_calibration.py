import json
from pathlib import Path

import pytest

from knowledge_base.calibration import (
    CalibrationReport,
    calibrate,
    load_unanswerable,
    save_model,
)
from knowledge_base.corpus import load_corpus
from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.retrieval.decision import DecisionModel
from knowledge_base.retrieval.tokenizer import Tokenizer
from tests.knowledge_base.test_articles import asked

FOREIGN = [
    "今天股票涨了没有",
    "帮我写首诗",
    "居住证怎么办",
    "孩子上小学怎么报名",
    "地铁几点停",
    "哪家火锅好吃",
    "房贷利率多少",
    "护照怎么换",
]


@pytest.fixture(scope="module")
def calibrated(
    tmp_path_factory: pytest.TempPathFactory,
    small_documents: list[Document],
    encoder: Encoder,
    tokenizer: Tokenizer,
) -> tuple[DecisionModel, CalibrationReport]:
    # The model of right answers needs wrong ones too: a twin that says nearly the same.
    twin = small_documents[0].model_copy(update={"id": "twin"})
    return calibrate(
        [*small_documents, twin],
        FOREIGN,
        encoder,
        tokenizer,
        tmp_path_factory.mktemp("scratch"),
        unanswerable_answered=0.125,
        unanswerable_offered=0.25,
        wrong_among_answered=0.2,
    )


def test_the_figures_are_those_of_the_examples(
    calibrated: tuple[DecisionModel, CalibrationReport],
) -> None:
    _, report = calibrated
    assert report.answerable == 6  # a quarter of five questions, of each of six documents
    assert report.unanswerable == len(FOREIGN)


def test_the_asked_error_rates_are_kept(
    calibrated: tuple[DecisionModel, CalibrationReport],
) -> None:
    model, report = calibrated
    assert report.unanswerable_answered <= 0.125
    assert 1 - report.unanswerable_declined <= 0.25
    assert report.wrong_among_answered <= 0.2
    assert 0 < model.answer_from <= 1.001


def test_a_saved_model_is_read_back(
    calibrated: tuple[DecisionModel, CalibrationReport], tmp_path: Path
) -> None:
    model, report = calibrated
    save_model(model, report, tmp_path / "decision.json")
    assert DecisionModel.load(tmp_path / "decision.json") == model
    written = json.loads((tmp_path / "decision.json").read_text(encoding="utf-8"))
    assert written["calibration"]["answerable"] == report.answerable


def test_comments_and_blank_lines_are_no_questions(tmp_path: Path) -> None:
    file = tmp_path / "unanswerable.txt"
    file.write_text("# 天气\n今天下雨吗\n\n写首诗\n", encoding="utf-8")
    assert load_unanswerable(file) == ["今天下雨吗", "写首诗"]


def test_the_shipped_questions_are_distinct_and_no_articles_own() -> None:
    questions = [asked(question) for question in load_unanswerable()]
    assert len(set(questions)) == len(questions) > 100
    own = {
        asked(question)
        for article in load_corpus().articles.values()
        for question in article.front_matter.questions
    }
    assert own.isdisjoint(questions)
