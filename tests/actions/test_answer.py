from datetime import date

import pytest

from actions.answer import AnswerAction, FallbackAction
from actions.search import Search
from actions.texts import texts
from contract import Decision as TraceDecision
from contract import HandoffReason, ReplyKind
from knowledge_base.retrieval.decision import Decision
from tests.actions.conftest import SearchThat
from tests.actions.conversation import run

pytestmark = pytest.mark.anyio


def test_the_names_are_those_of_the_domain(search: Search) -> None:
    assert AnswerAction(search).name() == "action_answer"
    assert FallbackAction(search).name() == "action_fallback"


@pytest.mark.parametrize("kind_of_action", [AnswerAction, FallbackAction])
async def test_an_answer_is_the_articles_own_words_with_its_citation(
    search: Search, kind_of_action: type[AnswerAction]
) -> None:
    outcome = await run(kind_of_action(search), "医疗互助怎么申请", failed_turns=2.0)
    reply = outcome.reply
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith(
        "住院自负的费用，参加了职工医疗互助的可以申请补助。\n\n**怎么办理**\n\n1. "
    )
    assert "**需要材料**" in reply.text
    assert texts().answer.caution not in reply.text
    (citation,) = reply.citations
    assert citation.article_id == "mutual-aid"
    assert citation.title == "职工医疗互助怎么申请"
    assert citation.source == "在职职工医疗互助保障办法；余杭工会第二条"
    assert citation.effective_from == date(2021, 1, 1)
    assert citation.as_of == date(2026, 9, 1)
    assert citation.verified
    assert citation.url == "https://example.org/aid"
    assert outcome.failed_turns == 0


async def test_the_trace_repeats_the_search(search: Search) -> None:
    reply = (await run(AnswerAction(search), "ＡＰＰ上医疗互助怎么申请")).reply
    assert reply.trace is not None
    assert reply.trace.query == "ＡＰＰ上医疗互助怎么申请"
    assert reply.trace.rewritten_query == "app上医疗互助怎么申请"
    assert reply.trace.hits[0].article_id == "mutual-aid"
    assert reply.trace.decision is TraceDecision.ANSWER
    assert reply.trace.index_fingerprint
    assert "union-e5-small" in reply.trace.encoder


async def test_what_is_not_confirmed_comes_with_a_caution(search_that: SearchThat) -> None:
    reply = (await run(AnswerAction(search_that(Decision.ANSWER)), "免费体检怎么报名")).reply
    assert reply.citations[0].article_id == "health-check"
    assert not reply.citations[0].verified
    assert reply.text.endswith(texts().answer.caution)
    assert "12351" in reply.text


async def test_related_matters_and_a_person_are_offered(search: Search) -> None:
    reply = (await run(AnswerAction(search), "医疗互助怎么申请")).reply
    offered = [each.text for each in reply.quick_replies]
    assert "免费体检今年在哪里做" in offered
    assert offered[-1] == texts().person.text
    assert len(offered) <= 4


async def test_choices_are_the_best_documents_and_a_person(search_that: SearchThat) -> None:
    action = AnswerAction(search_that(Decision.CHOICES))
    outcome = await run(action, "怎么申请", failed_turns=1.0)
    reply = outcome.reply
    assert reply.kind is ReplyKind.CHOICES
    assert reply.text == texts().choices.ask
    assert reply.trace is not None
    assert reply.citations == []
    titles = [each.title for each in reply.quick_replies]
    assert len(titles) == 4
    assert titles[-1] == texts().choices.none_of_these
    assert reply.quick_replies[-1].text == texts().person.text
    assert "2020年度技能补贴" not in titles
    assert outcome.failed_turns == 0


async def test_an_unknown_matter_is_admitted(search_that: SearchThat) -> None:
    outcome = await run(AnswerAction(search_that(Decision.DECLINE)), "今天股票涨了没有")
    assert outcome.reply.kind is ReplyKind.DECLINE
    assert outcome.reply.text == texts().decline.unknown
    assert outcome.reply.citations == []
    assert outcome.reply.quick_replies == [texts().person]
    assert outcome.failed_turns == 1


async def test_an_empty_message_is_a_failed_turn(search: Search) -> None:
    outcome = await run(AnswerAction(search), "", intent=None)
    assert outcome.reply.kind is ReplyKind.DECLINE
    assert outcome.failed_turns == 1


@pytest.mark.parametrize(
    ("kind_of_action", "first"),
    [(AnswerAction, ReplyKind.DECLINE), (FallbackAction, ReplyKind.CHOICES)],
)
async def test_failures_climb_a_ladder_to_a_person(
    search_that: SearchThat, kind_of_action: type[AnswerAction], first: ReplyKind
) -> None:
    action = kind_of_action(search_that(Decision.DECLINE))
    kinds, failed_turns = [], 0.0
    for _ in range(3):
        outcome = await run(action, "那个那个", failed_turns=failed_turns)
        kinds.append(outcome.reply.kind)
        failed_turns = outcome.failed_turns
    assert kinds == [first, ReplyKind.QUESTION, ReplyKind.HANDOFF]
    assert outcome.reply.handoff is not None
    assert outcome.reply.handoff.reason is HandoffReason.REPEATED_FAILURE
    assert outcome.reply.handoff.priority == 4


async def test_a_success_resets_the_ladder(search_that: SearchThat) -> None:
    failed = await run(FallbackAction(search_that(Decision.DECLINE)), "那个那个", failed_turns=1.0)
    assert failed.failed_turns == 2
    answered = await run(
        FallbackAction(search_that(Decision.ANSWER)),
        "医疗互助怎么申请",
        failed_turns=failed.failed_turns,
    )
    assert answered.failed_turns == 0


async def test_choices_after_a_message_not_understood_count_as_a_failure(
    search_that: SearchThat,
) -> None:
    action = FallbackAction(search_that(Decision.CHOICES))
    outcome = await run(action, "申请", intent="nlu_fallback")
    assert outcome.reply.kind is ReplyKind.CHOICES
    assert outcome.reply.text == texts().choices.ask
    assert outcome.failed_turns == 1


async def test_a_message_not_understood_gets_the_main_topics(search_that: SearchThat) -> None:
    action = FallbackAction(search_that(Decision.DECLINE))
    reply = (await run(action, "嗯嗯", intent="nlu_fallback")).reply
    assert reply.text == texts().choices.topics
    assert reply.quick_replies == [*texts().topics, texts().person]
