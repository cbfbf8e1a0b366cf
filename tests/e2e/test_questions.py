"""Development questions, asked through the public API of the running product."""

import pytest

from knowledge_base.corpus import load_corpus
from tests.development_questions import DevelopmentQuestion, development_questions
from tests.e2e.stack import Product

ARTICLES = load_corpus().articles
ANSWERABLE = development_questions("answer")


def _facts(message: dict[str, object]) -> frozenset[str]:
    citations = message["citations"]
    assert isinstance(citations, list)
    return frozenset(
        fact
        for citation in citations
        for fact in ARTICLES[citation["article_id"]].front_matter.facts
    )


@pytest.fixture(scope="module")
def replies(stack: Product) -> dict[str, dict[str, object]]:
    return {question.text: stack.ask(question.text) for question in ANSWERABLE}


def test_answers_cite_an_article_that_states_an_expected_fact(
    replies: dict[str, dict[str, object]],
) -> None:
    answered = [question for question in ANSWERABLE if replies[question.text]["kind"] == "answer"]
    right = [question for question in answered if question.facts & _facts(replies[question.text])]
    assert len(answered) >= 95
    assert len(right) / len(answered) >= 0.95


@pytest.mark.parametrize(
    "question", development_questions("ask back"), ids=lambda question: question.text[:12]
)
def test_what_depends_on_more_is_asked_back(stack: Product, question: DevelopmentQuestion) -> None:
    assert stack.ask(question.text)["kind"] in {"question", "choices"}


def test_disputes_deadlines_and_danger_go_to_a_person(stack: Product) -> None:
    replies = {each.text: stack.ask(each.text) for each in development_questions("hand off")}
    handed_over = [text for text, reply in replies.items() if reply["kind"] == "handoff"]
    assert len(handed_over) >= 15
    crises = [each.text for each in development_questions("hand off") if each.area == "危机"]
    assert crises
    for text in crises:
        assert "12356" in str(replies[text]["text"])


def test_no_answerable_question_ends_in_silence(replies: dict[str, dict[str, object]]) -> None:
    assert all(reply["text"] for reply in replies.values())
    assert {reply["kind"] for reply in replies.values()} <= {
        "answer",
        "choices",
        "question",
        "decline",
        "handoff",
    }


@pytest.mark.parametrize(
    "question", development_questions("decline"), ids=lambda question: question.text[:12]
)
def test_questions_outside_the_union_are_never_answered(
    stack: Product, question: DevelopmentQuestion
) -> None:
    assert stack.ask(question.text)["kind"] == "decline"


@pytest.mark.parametrize(
    "question", development_questions("chat"), ids=lambda question: question.text[:12]
)
def test_small_talk_is_small_talk(stack: Product, question: DevelopmentQuestion) -> None:
    assert stack.ask(question.text)["kind"] == "chat"
