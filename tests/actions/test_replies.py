from datetime import date

import pytest

from actions.clarify import clarifications
from actions.replies import (
    answer,
    answer_text,
    ask,
    ask_back,
    chat,
    choices,
    citation,
    clarified,
    rephrase,
    returned,
    section,
    topics,
    trace_of,
    unknown,
    which_topic,
)
from actions.search import Search
from actions.texts import texts
from contract import ReplyKind
from knowledge_base.document import DocumentKind
from knowledge_base.retrieval.decision import Decision
from knowledge_base.search import Hit, KnowledgeBase, SearchResult, SearchTrace
from tests.actions.conftest import hit
from tests.actions.conversation import cited, offered
from tests.knowledge_base.samples import document

SECTIONS = {
    "一句话回答": "五天。",
    "谁可以享受": "满一年的。",
    "怎么办理": "填单子。",
    "需要材料": "身份证。",
    "依据": "条例第三条。",
}


def result(*hits: Hit, parts: tuple[SearchResult, ...] = ()) -> SearchResult:
    trace = SearchTrace("问", "问", "index", "encoder", "settings")
    return SearchResult([*hits], Decision.ANSWER, 0.9, trace, parts)


def joined(*hits: Hit) -> SearchResult:
    """Return the result of a message in which each hit answers one question."""
    return result(*hits, parts=tuple(result(each) for each in hits))


def test_short_answer_first_then_sections_without_the_basis() -> None:
    text = answer_text(
        hit(sections={"一句话回答": "五天。", "怎么办理": "填单子。", "依据": "条例第三条。"})
    )
    assert text == "五天。\n\n**怎么办理**\n\n填单子。"


@pytest.mark.parametrize(
    ("asked", "headings"),
    [
        ((), ["谁可以享受", "怎么办理", "需要材料"]),
        (("需要材料",), ["需要材料", "谁可以享受", "怎么办理"]),
        (("需要材料", "怎么办理"), ["需要材料", "怎么办理", "谁可以享受"]),
        (("一句话回答",), ["谁可以享受", "怎么办理", "需要材料"]),
        (("依据",), ["谁可以享受", "怎么办理", "需要材料"]),
    ],
)
def test_what_was_asked_for_comes_right_behind_the_short_answer(
    asked: tuple[str, ...], headings: list[str]
) -> None:
    text = answer_text(hit(asked=asked, sections=SECTIONS))
    assert text == "\n\n".join(
        ["五天。", *(f"**{name}**\n\n{SECTIONS[name]}" for name in headings)]
    )


def test_what_is_not_confirmed_ends_with_a_caution() -> None:
    text = answer_text(hit(verified=False, asked=("需要材料",), sections=SECTIONS))
    assert text.startswith("五天。\n\n**需要材料**")
    assert text.endswith(f"\n\n{texts().answer.caution}")


@pytest.mark.parametrize("kind", [DocumentKind.FOREIGN, DocumentKind.DRAFT])
def test_a_body_without_sections_has_no_heading_and_a_caution(kind: DocumentKind) -> None:
    text = answer_text(hit(kind=kind, verified=False, sections={"正文": "满一年的有五天"}))
    assert text == f"满一年的有五天\n\n{texts().answer.caution}"


def test_a_law_is_its_own_words_marked_as_such() -> None:
    law = hit(kind=DocumentKind.LAW, verified=False, sections={"正文": "工资应当按月支付。"})
    assert answer_text(law) == f"工资应当按月支付。\n\n{texts().answer.law}"
    assert texts().answer.law != texts().answer.caution


def test_one_answer_is_the_documents_text(knowledge_base: KnowledgeBase) -> None:
    best = hit(asked=("需要材料",), sections=SECTIONS)
    reply = answer(result(best, hit(id="b", title="别的")), knowledge_base)
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text == answer_text(best)
    assert [each.article_id for each in reply.citations] == ["a"]
    assert reply.quick_replies == [texts().person]


def test_several_questions_are_answered_in_one_reply(knowledge_base: KnowledgeBase) -> None:
    leave = hit(id="leave", title="年假有几天", sections={"一句话回答": "五天。"})
    wages = hit(id="wages", title="加班费怎么算", sections={"一句话回答": "一倍半。"})
    reply = answer(joined(leave, wages), knowledge_base)
    assert reply.text.split("\n\n") == [
        texts().answer.parts,
        "**【1】年假有几天**",
        "五天。",
        "**【2】加班费怎么算**",
        "一倍半。",
    ]
    assert [each.article_id for each in reply.citations] == ["leave", "wages"]
    assert reply.trace is not None
    assert [each.article_id for each in reply.trace.hits] == ["leave", "wages"]


def test_each_part_has_its_own_asked_sections_and_cautions(knowledge_base: KnowledgeBase) -> None:
    leave = hit(id="leave", title="年假", asked=("需要材料",), sections=SECTIONS)
    law = hit(id="law", title="第五十条", kind=DocumentKind.LAW, sections={"正文": "按月支付。"})
    draft = hit(id="draft", title="手册", verified=False, sections={"正文": "草稿。"})
    text = answer(joined(leave, law, draft), knowledge_base).text
    places = [
        text.index(part)
        for part in (
            "**【1】年假**\n\n五天。\n\n**需要材料**",
            f"**【2】第五十条**\n\n按月支付。\n\n{texts().answer.law}",
            f"**【3】手册**\n\n草稿。\n\n{texts().answer.caution}",
        )
    ]
    assert places == sorted(places)


def test_a_document_that_answers_two_parts_is_told_once(knowledge_base: KnowledgeBase) -> None:
    leave = hit(id="leave", title="年假", sections={"一句话回答": "五天。"})
    wages = hit(id="wages", title="加班费", sections={"一句话回答": "一倍半。"})
    reply = answer(joined(leave, wages, leave), knowledge_base)
    assert reply.text.count("年假**") == 1
    assert [each.article_id for each in reply.citations] == ["leave", "wages"]


def test_related_matters_are_those_of_all_parts(knowledge_base: KnowledgeBase) -> None:
    one = hit(id="one", related=["wage-arrears", "nowhere", "old-programme"])
    other = hit(id="other", title="别的", related=["health-check"])
    offered = answer(joined(one, other), knowledge_base).quick_replies
    titles = [each.title for each in offered]
    assert titles == ["被拖欠工资怎么办", "免费体检今年在哪里做", texts().person.title]


def test_what_is_answered_already_is_not_offered_again(knowledge_base: KnowledgeBase) -> None:
    arrears = knowledge_base.document("wage-arrears")
    assert arrears is not None
    first = hit(id="one", related=["wage-arrears"])
    second = hit(**arrears.model_dump())
    assert answer(joined(first, second), knowledge_base).quick_replies == [texts().person]


def test_a_matter_related_to_both_parts_is_offered_once(knowledge_base: KnowledgeBase) -> None:
    one = hit(id="one", related=["wage-arrears"])
    other = hit(id="other", title="别的", related=["wage-arrears"])
    titles = [each.title for each in answer(joined(one, other), knowledge_base).quick_replies]
    assert titles == ["被拖欠工资怎么办", texts().person.title]


@pytest.mark.parametrize(
    ("dates", "as_of"),
    [
        ({"as_of": date(2025, 4, 19), "effective_from": date(2008, 1, 1)}, date(2025, 4, 19)),
        ({"effective_from": date(2008, 1, 1)}, None),
    ],
)
def test_the_citation_says_how_fresh_it_is(dates: dict[str, date], as_of: date | None) -> None:
    assert citation(document(**dates)).as_of == as_of


@pytest.mark.anyio
async def test_the_trace_names_every_hit_with_its_scores(search: Search) -> None:
    found = (await search("医疗互助怎么申请")).result
    trace = trace_of(found)
    assert [each.article_id for each in trace.hits] == [each.document.id for each in found.hits]
    assert trace.hits[0].revision == found.hits[0].document.revision
    assert trace.hits[0].scores.probability == found.probability
    assert trace.decision.value == found.decision.value


def test_a_section_is_only_what_was_asked_for() -> None:
    best = hit(asked=("需要材料", "怎么办理"), sections=SECTIONS)
    reply = section(best, result(best))
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text == "**年休假 · 需要材料**\n\n身份证。\n\n**年休假 · 怎么办理**\n\n填单子。"
    assert cited(reply) == ["a"]
    assert reply.quick_replies == [texts().person]


def test_a_section_that_is_not_confirmed_ends_with_a_caution() -> None:
    best = hit(asked=("需要材料",), sections=SECTIONS, verified=False)
    assert section(best, result(best)).text.endswith(f"身份证。\n\n{texts().answer.caution}")


def test_a_matter_returned_to_is_named_and_told_as_a_whole() -> None:
    reply = returned(document(sections=SECTIONS), result())
    assert reply.text.startswith("好，回到刚才说的“年休假”。\n\n五天。\n\n**谁可以享受**")
    assert cited(reply) == ["a"]


def test_what_a_reply_means_opens_the_whole_document() -> None:
    reply = clarified("您有五天。", document(sections=SECTIONS, verified=False), result())
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith("您有五天。\n\n五天。\n\n")
    assert reply.text.endswith(texts().answer.caution)


@pytest.mark.parametrize("verified", [True, False])
def test_asking_back_gives_the_rule_the_question_and_its_replies(verified: bool) -> None:
    matter = clarifications()["annual-leave-own"]
    reply = ask_back(matter, document(verified=verified), result())
    assert reply.kind is ReplyKind.QUESTION
    assert reply.text.startswith(f"{matter.rule}\n\n**{matter.question}**")
    assert reply.text.endswith(texts().answer.caution) is not verified
    assert offered(reply) == [*(each.title for each in matter.options), texts().person.text]
    assert cited(reply) == ["a"]


def test_which_topic_offers_one_document_of_each_area() -> None:
    hits = [
        hit(title=title, area=area)
        for title, area in [("甲", "x"), ("乙", "x"), ("丙", "y"), ("丁", None), ("戊", "z")]
    ]
    reply = which_topic(result(*hits))
    assert reply.kind is ReplyKind.CHOICES
    assert offered(reply) == ["甲", "丙", "丁", texts().person.text]
    assert reply.citations == []


def test_which_topic_offers_the_main_topics_where_nothing_was_found() -> None:
    assert which_topic(result()).quick_replies == [*texts().topics, texts().person]


def test_choices_name_the_matter_talked_of() -> None:
    hits = [hit(title=title) for title in "甲乙丙丁"]
    assert choices(result(*hits)).text == texts().choices.ask
    reply = choices(result(*hits), about="年休假")
    assert reply.text == texts().choices.about.format(title="年休假")
    assert offered(reply) == ["甲", "乙", "丙", texts().person.text]
    assert reply.quick_replies[-1].title == texts().choices.none_of_these


def test_not_knowing_names_the_matter_talked_of() -> None:
    assert unknown(result()).text == texts().decline.unknown
    reply = unknown(result(), about="年休假")
    assert reply.kind is ReplyKind.DECLINE
    assert reply.text == texts().decline.about.format(title="年休假")


def test_a_person_is_offered_wherever_the_assistant_is_at_a_loss() -> None:
    for reply in (unknown(result()), rephrase(result()), topics(result()), ask("哪一件？")):
        assert reply.quick_replies[-1] == texts().person
        assert reply.citations == []


def test_small_talk_offers_nothing() -> None:
    reply = chat("好嘞。")
    assert (reply.kind, reply.text) == (ReplyKind.CHAT, "好嘞。")
    assert reply.quick_replies == []
    assert reply.trace is None
