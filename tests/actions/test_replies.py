from datetime import date

import pytest

from actions.replies import answer_text, citation, trace_of
from actions.search import Search
from actions.texts import texts
from tests.knowledge_base.samples import document


def test_short_answer_first_then_sections_without_the_basis() -> None:
    text = answer_text(
        document(sections={"一句话回答": "五天。", "怎么办理": "填单子。", "依据": "条例第三条。"})
    )
    assert text == "五天。\n\n**怎么办理**\n\n填单子。"


def test_a_foreign_document_is_its_body_with_a_caution() -> None:
    text = answer_text(document(verified=False, sections={"正文": "满一年的有五天"}))
    assert text == f"**正文**\n\n满一年的有五天\n\n{texts().answer.caution}"


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
    result = await search("医疗互助怎么申请")
    trace = trace_of(result)
    assert [hit.article_id for hit in trace.hits] == [hit.document.id for hit in result.hits]
    assert trace.hits[0].revision == result.hits[0].document.revision
    assert trace.hits[0].scores.probability == result.probability
    assert trace.decision.value == result.decision.value
