"""The gate: what is staged must not answer worse than what is in use.

The labelled questions of the test side are put to both, as of today, so that an article that has
lapsed counts the same on both sides. No measure of the ranking may fall by more than
``TOLERANCE`` (as with ``evaluate --check-baseline``), neither may the share of answerable
questions that are answered, and the share of questions answered wrongly may not rise by more.
And every regression case that was right must stay right:

- *answer*: the worker gets the answer of the article;
- *choices*: choices are offered, the article among them if the case names one;
- *decline*: neither an answer nor choices;
- *handoff*: no answer. Whether a person is called is decided before the search, by the words of
  the message, or after it, by how often nothing was found; an answer would keep the person away.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from knowledge_base.evaluation.baseline import TOLERANCE
from knowledge_base.evaluation.measures import evaluate
from knowledge_base.evaluation.questions import LabelledQuestion, qrels_of
from knowledge_base.evaluation.runner import ranking_of
from knowledge_base.evaluation.trec import Ranking
from knowledge_base.publishing.plan import (
    Expected,
    GateReport,
    Measure,
    Outcome,
    RegressionCase,
    Verdict,
)
from knowledge_base.retrieval.decision import Decision

if TYPE_CHECKING:
    from knowledge_base.search import KnowledgeBase, SearchResult

COVERAGE = "coverage"
WRONG = "wrong_of_questions"
CHOICES_SHOWN = 3
"""As many as the assistant offers (``actions.replies``)."""
_DEPTH = 100
_DIGITS = 4


@dataclass(frozen=True)
class _Question:
    """A labelled question or a regression case, with what is right for it."""

    id: str
    text: str
    answers: tuple[str, ...]
    labelled: LabelledQuestion | None = None
    case: RegressionCase | None = None


@dataclass(frozen=True)
class _Asked:
    question: _Question
    outcome: Outcome
    ranking: Ranking


def compare(
    before: "KnowledgeBase",
    after: "KnowledgeBase",
    labelled: Sequence[LabelledQuestion],
    cases: Sequence[RegressionCase],
    *,
    on: date,
    progress: Callable[[int, int], None],
) -> GateReport:
    """Put every question to both and hold the answers against each other.

    A labelled question counts if one of its answers is in use; one that loses all of them is left
    out of the measures and named.

    Args:
        before: what is in use.
        after: what is staged.
        labelled: the labelled questions.
        cases: the regression cases.
        on: the day as of which is asked.
        progress: told after each question how many of how many are done.
    """
    known = {document.id for document in before.documents}
    kept = {document.id for document in after.documents}
    questions = [*_known(labelled, known), *map(_of_case, cases)]
    pairs = []
    for done, question in enumerate(questions, start=1):
        pairs.append((_ask(before, question, on), _ask(after, question, on)))
        progress(done, len(questions))
    lost = {
        question.id
        for question in questions
        if question.labelled and question.answers and not kept.intersection(question.answers)
    }
    counted = [pair for pair in pairs if pair[0].question.id not in lost]
    measures = _measures(counted)
    broken = [_verdict(*pair) for pair in counted if _worse(*pair)]
    return GateReport(
        passed=not any(each.fell for each in measures) and not any(each.case for each in broken),
        questions=sum(pair[0].question.labelled is not None for pair in counted),
        cases=len(cases),
        measures=measures,
        broken=sorted(broken, key=lambda each: not each.case),
        repaired=[_verdict(*pair) for pair in counted if _worse(pair[1], pair[0])],
        left_out=[_verdict(*pair) for pair in pairs if pair[0].question.id in lost],
    )


def _known(labelled: Sequence[LabelledQuestion], known: Collection[str]) -> Iterator[_Question]:
    for each in labelled:
        if not each.answers or any(answer in known for answer in each.answers):
            yield _Question(each.id, each.question, each.answers, labelled=each)


def _of_case(case: RegressionCase) -> _Question:
    answers = (case.article_id,) if case.article_id is not None else ()
    return _Question(case.id, case.question, answers, case=case)


def _ask(knowledge_base: "KnowledgeBase", question: _Question, on: date) -> _Asked:
    result = knowledge_base.search(question.text, as_of=on, k=_DEPTH)
    return _Asked(question, _outcome(result, question), ranking_of(result))


def _outcome(result: "SearchResult", question: _Question) -> Outcome:
    first = result.hits[0].document if result.hits else None
    if question.case is not None:
        right = _is_treated_as(question.case, result)
    elif question.answers:
        # By its first document, as in `evaluate`, whether it is shown or not.
        right = first is not None and first.id in question.answers
    else:
        right = result.decision is not Decision.ANSWER
    return Outcome(
        article_id=first.id if first else None,
        title=first.title if first else "",
        decision=result.decision,
        probability=result.probability,
        right=right,
    )


def _is_treated_as(case: RegressionCase, result: "SearchResult") -> bool:
    offered = [hit.document.id for hit in result.hits[:CHOICES_SHOWN]]
    match case.expected:
        case Expected.ANSWER:
            return result.decision is Decision.ANSWER and offered[:1] == [case.article_id]
        case Expected.CHOICES:
            is_there = case.article_id is None or case.article_id in offered
            return result.decision is Decision.CHOICES and is_there
        case Expected.DECLINE:
            return result.decision is Decision.DECLINE
        case Expected.HANDOFF:
            return result.decision is not Decision.ANSWER


def _worse(before: _Asked, after: _Asked) -> bool:
    return before.outcome.right and not after.outcome.right


def _verdict(before: _Asked, after: _Asked) -> Verdict:
    question = before.question
    return Verdict(
        id=question.id,
        question=question.text,
        expected=list(question.answers),
        case=question.case is not None,
        treatment=question.case.expected if question.case else None,
        before=before.outcome,
        after=after.outcome,
    )


def _measures(pairs: Sequence[tuple[_Asked, _Asked]]) -> list[Measure]:
    labelled = [pair for pair in pairs if pair[0].question.labelled is not None]
    if not any(pair[0].question.answers for pair in labelled):
        return []
    before, after = (_values([pair[side] for pair in labelled]) for side in (0, 1))
    return [_measure(name, before[name], after[name]) for name in before]


def _values(asked: Sequence[_Asked]) -> dict[str, float]:
    qrels = qrels_of(each.question.labelled for each in asked if each.question.labelled)
    values = evaluate(qrels, {each.question.id: each.ranking for each in asked}).values
    answered = [each for each in asked if each.outcome.decision == Decision.ANSWER]
    wrong = sum(not each.outcome.right for each in answered)
    covered = sum(bool(each.question.answers) for each in answered)
    return values | {COVERAGE: covered / len(qrels), WRONG: wrong / len(asked)}


def _measure(name: str, before: float, after: float) -> Measure:
    fall = after - before if name == WRONG else before - after
    # Differences of decimal fractions are compared in the digits that are shown.
    fell = round(fall, _DIGITS) > TOLERANCE
    return Measure(name=name, before=round(before, _DIGITS), after=round(after, _DIGITS), fell=fell)
