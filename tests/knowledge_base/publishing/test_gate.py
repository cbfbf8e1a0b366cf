"""What counts as worse."""

from datetime import date

import pytest
from pydantic import ValidationError

from actions import replies
from knowledge_base.document import Document
from knowledge_base.evaluation.questions import LabelledQuestion
from knowledge_base.publishing.gate import CHOICES_SHOWN, COVERAGE, WRONG, compare
from knowledge_base.publishing.plan import Expected, GateReport, RegressionCase
from knowledge_base.retrieval.decision import Decision
from knowledge_base.search import Hit, KnowledgeBase, SearchResult, SearchTrace
from tests.knowledge_base.samples import document

DAY = date(2026, 11, 26)


class Answers:
    """A knowledge base that answers by a table: question → article, or None for a decline;
    ``offers``: questions for which it only offers choices."""

    def __init__(
        self,
        answers: dict[str, str | None],
        *,
        known: tuple[str, ...] = (),
        offers: tuple[str, ...] = (),
    ) -> None:
        self._answers = answers
        self._offers = offers
        ids = {*known, *(each for each in answers.values() if each)}
        self.documents = [document(id=each, title=each) for each in sorted(ids)]

    def search(self, text: str, *, as_of: date, k: int) -> SearchResult:
        assert as_of == DAY
        first = self._answers[text]
        rest = [each for each in self.documents if each.id != first]
        found = [*(each for each in self.documents if each.id == first), *rest]
        return SearchResult(
            [_hit(each) for each in found],
            self._decision(text),
            0.9,
            SearchTrace(text, text, "f", "e", "s"),
        )

    def _decision(self, text: str) -> Decision:
        if self._answers[text] is None:
            return Decision.DECLINE
        return Decision.CHOICES if text in self._offers else Decision.ANSWER


def _hit(document: Document) -> Hit:
    return Hit(document, "", (), 1, 1, 1, 1, 1, 0.9)


def question(id: str, *answers: str) -> LabelledQuestion:  # noqa: A002
    return LabelledQuestion(id=id, question=id, answers=answers)


def gate(
    before: Answers,
    after: Answers,
    labelled: list[LabelledQuestion],
    cases: tuple[RegressionCase, ...] = (),
) -> GateReport:
    told: list[tuple[int, int]] = []
    report = compare(
        _as_knowledge_base(before),
        _as_knowledge_base(after),
        labelled,
        cases,
        on=DAY,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(i + 1, len(told)) for i in range(len(told))]
    return report


def _as_knowledge_base(answers: Answers) -> KnowledgeBase:
    return answers  # type: ignore[return-value]


MANY = [question(f"q{i}", "a") for i in range(200)]
ALL_A: dict[str, str | None] = {each.id: "a" for each in MANY}


@pytest.mark.parametrize(("broken", "passed"), [(2, True), (3, False)])
def test_measures_may_fall_by_a_point_and_no_more(broken: int, passed: bool) -> None:
    after = ALL_A | {f"q{i}": "b" for i in range(broken)}
    report = gate(Answers(ALL_A, known=("b",)), Answers(after), MANY)
    assert report.passed is passed
    assert len(report.broken) == broken
    assert {each.name for each in report.measures if each.fell} == (
        set() if passed else {"R@1", "success@1", WRONG}
    )


def test_a_measure_that_rises_does_no_harm() -> None:
    before = ALL_A | {f"q{i}": "b" for i in range(9)}
    report = gate(Answers(before), Answers(ALL_A, known=("b",)), MANY)
    assert report.passed
    assert len(report.repaired) == 9


def test_fewer_answers_are_worse_although_the_ranking_stays() -> None:
    labelled = [question("q", "a"), *MANY]
    before = Answers(ALL_A | {"q": "a"})
    report = gate(before, Answers(dict.fromkeys(before._answers), known=("a",)), labelled)
    assert [each.name for each in report.measures if each.fell] == [COVERAGE]


def test_a_question_that_nothing_answers_must_not_be_answered() -> None:
    labelled = [question("q", "a"), question("none")]
    report = gate(Answers({"q": "a", "none": None}), Answers({"q": "a", "none": "a"}), labelled)
    assert [each.name for each in report.measures if each.fell] == [WRONG]
    assert [(each.id, each.after.article_id) for each in report.broken] == [("none", "a")]


def test_questions_about_foreign_articles_are_not_asked() -> None:
    report = gate(
        Answers({"q": "a"}), Answers({"q": "a"}), [question("q", "a"), question("z", "?")]
    )
    assert report.questions == 1


def test_questions_of_a_retired_article_are_left_out_and_named() -> None:
    labelled = [question("q", "a"), question("r", "b")]
    report = gate(Answers({"q": "a", "r": "b"}), Answers({"q": "a", "r": "a"}), labelled)
    assert report.passed
    assert [(each.id, each.after.article_id) for each in report.left_out] == [("r", "a")]


ANSWER, CHOICES, DECLINE, HANDOFF = Expected
KNOWN = ("a", "b", "c", "d", "e")


def side(treatment: str) -> Answers:
    """One that does with the question of a case: answers with an article, offers choices with an
    article in front, or declines."""
    decision, _, article = treatment.partition(" ")
    first = None if decision == "decline" else article
    return Answers({"c": first}, known=KNOWN, offers=("c",) if decision == "choices" else ())


@pytest.mark.parametrize(
    ("expected", "article_id", "before", "after", "passed"),
    [
        (ANSWER, "a", "answer a", "answer a", True),
        (ANSWER, "a", "answer a", "answer b", False),
        (ANSWER, "a", "answer a", "choices a", False),
        (ANSWER, "a", "answer a", "decline", False),
        (ANSWER, "a", "answer b", "answer b", True),
        (CHOICES, None, "choices a", "choices b", True),
        (CHOICES, None, "choices a", "answer a", False),
        (CHOICES, None, "choices a", "decline", False),
        # Behind the article in front come the others by their names.
        (CHOICES, "b", "choices a", "choices c", True),
        (CHOICES, "c", "choices a", "choices e", False),
        (DECLINE, None, "decline", "answer a", False),
        (DECLINE, None, "decline", "choices a", False),
        (DECLINE, None, "answer a", "decline", True),
        (HANDOFF, None, "decline", "choices a", True),
        (HANDOFF, None, "choices a", "answer a", False),
    ],
)
def test_a_regression_case_that_was_treated_right_stays_so(
    expected: Expected, article_id: str | None, before: str, after: str, passed: bool
) -> None:
    case = RegressionCase(id="c", question="c", expected=expected, article_id=article_id)
    report = gate(side(before), side(after), [], (case,))
    assert report.passed is passed
    assert [(each.case, each.treatment) for each in report.broken] == (
        [] if passed else [(True, expected)]
    )
    assert report.measures == []
    assert (report.questions, report.cases) == (0, 1)


def test_as_many_choices_count_as_workers_see() -> None:
    assert CHOICES_SHOWN == replies._MAX_CHOICES


def test_a_case_that_is_to_be_answered_names_its_article() -> None:
    with pytest.raises(ValidationError, match="an answer comes from an article"):
        RegressionCase(id="c", question="c", expected=ANSWER)


def test_cases_come_first_among_what_broke() -> None:
    case = RegressionCase(id="c", question="c", expected=ANSWER, article_id="a")
    before = Answers({"q": "a", "c": "a"}, known=("b",))
    after = Answers({"q": "b", "c": "b"}, known=("a",))
    report = gate(before, after, [question("q", "a")], (case,))
    assert [each.id for each in report.broken] == ["c", "q"]
