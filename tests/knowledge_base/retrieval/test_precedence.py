import pytest

from knowledge_base.retrieval.decision import DecisionModel, Logistic, features_of
from knowledge_base.retrieval.precedence import Precedence, PrecedenceSettings
from tests.knowledge_base.retrieval.makers import candidates, order

BY_DENSE = DecisionModel(
    Logistic(-50.0, {"dense": 100.0}), Logistic(0.0, {}), answer_from=0.5, choices_from=0.5
)
"""Answers from a dense score of 0.5."""
PRECEDENCE = Precedence(PrecedenceSettings(), BY_DENSE)


def test_an_article_that_answers_comes_before_a_law_that_scores_higher() -> None:
    found = candidates([0.9, 0.8, 0.7], articles=[False, True, False], dense=[0.9, 0.8, 0.7])
    ranked, judged = PRECEDENCE.run(found)
    assert order(ranked) == [1, 0, 2]
    assert order(judged) == [1]


def test_articles_and_laws_each_keep_their_order() -> None:
    found = candidates(
        [0.9, 0.8, 0.7, 0.6], articles=[False, True, False, True], dense=[0.9, 0.8, 0.7, 0.6]
    )
    ranked, judged = PRECEDENCE.run(found)
    assert order(ranked) == [1, 3, 0, 2]
    assert order(judged) == [1, 3]


def test_a_law_makes_an_articles_answer_no_less_sure() -> None:
    found = candidates([0.9, 0.8], articles=[False, True], dense=[0.9, 0.8])
    _, judged = PRECEDENCE.run(found)
    assert features_of(judged)["lead"] > 0 > features_of(found, 1)["lead"]


def test_an_article_that_does_not_answer_gets_no_precedence() -> None:
    found = candidates([0.9, 0.8], articles=[False, True], dense=[0.9, 0.2])
    ranked, judged = PRECEDENCE.run(found)
    assert order(ranked) == order(judged) == [0, 1]


@pytest.mark.parametrize("articles", [[True, True], [False, False], []])
def test_where_all_are_of_one_kind_nothing_moves(articles: list[bool]) -> None:
    scores = [0.9, 0.8][: len(articles)]
    ranked, judged = PRECEDENCE.run(candidates(scores, articles=articles, dense=scores))
    assert order(ranked) == order(judged) == [0, 1][: len(articles)]


def test_switched_off_laws_compete_on_equal_terms() -> None:
    found = candidates([0.9, 0.8], articles=[False, True], dense=[0.9, 0.8])
    off = Precedence(PrecedenceSettings().off(), BY_DENSE)
    ranked, judged = off.run(found)
    assert order(ranked) == order(judged) == [0, 1]
