"""What a question finds, stage by stage."""

from typing import Any

from nicegui import ui

from api.console import scrolling
from api.console.knowledge import parts
from api.console.knowledge.texts import page_texts
from api.console.page import Console, staff_page
from api.knowledge.hit_test import HitTest, SearchView
from api.staff.permissions import Permission
from knowledge_base.retrieval.decision import Decision

_QUESTION_MAX_CHARS = 500
_TONES = {Decision.ANSWER: "good", Decision.CHOICES: "warn", Decision.DECLINE: "bad"}
_TITLE_SLOT = """
<q-td :props="props">
  <a v-if="props.row.is_article" :href="'/staff/knowledge/articles/' + props.row.article_id"
    >{{ props.value }}</a>
  <span v-else>{{ props.value }}</span>
  <div class="knowledge-soft">{{ props.row.note }}</div>
</q-td>
"""


@staff_page(
    parts.HIT_TEST, title=page_texts().sections.hit_test, permission=Permission.EDIT_KNOWLEDGE
)
async def hit_test_page(console: Console) -> None:
    """A question, its scores and the decision."""
    knowledge = parts.begin(console, parts.HIT_TEST)
    texts = page_texts().hit_test
    ui.label(texts.intro).classes("knowledge-soft")

    async def ask() -> None:
        text = (question.value or "").strip()
        if not text:
            return
        button.props("loading")
        told = await parts.ask(
            console, Permission.EDIT_KNOWLEDGE, lambda _: knowledge.hit_tester.ask(text)
        )
        button.props(remove="loading")
        if told is not None:
            result.clear()
            with result:
                _show(told)

    with ui.element("div").classes("knowledge-filters"):
        question = ui.input(texts.question).props(
            f"outlined dense autofocus maxlength={_QUESTION_MAX_CHARS}"
        )
        question.classes("grow").on("keydown.enter", ask)
        button = ui.button(texts.ask, icon="search", on_click=ask)
    result = ui.column().classes("w-full")


def _show(told: HitTest) -> None:
    texts = page_texts().hit_test
    thresholds = texts.thresholds.format(
        answer=f"{told.answer_from:.2f}", choices=f"{told.choices_from:.2f}"
    )
    with ui.element("div").classes("knowledge-bar knowledge-soft"):
        ui.label(texts.version.format(version=told.version))
        ui.label(thresholds)
    _search(told)
    for number, part in enumerate(told.parts, start=1):
        parts.heading(texts.part.format(number=number, query=part.rewritten)).classes("worker-text")
        _search(part)


def _search(search: SearchView) -> None:
    texts = page_texts().hit_test
    decision = Decision(search.decision)
    with ui.element("div").classes("knowledge-bar"):
        ui.label(texts.decision)
        parts.chip(page_texts().decisions[decision], _TONES[decision])
        ui.label(texts.probability.format(value=f"{search.probability:.2f}"))
        ui.label(texts.rewritten.format(query=search.rewritten)).classes("knowledge-soft")
    table = scrolling.table(
        search.rewritten,
        columns=[_column(name, label) for name, label in texts.columns.items()],
        rows=[
            {
                **hit.model_dump(include={"article_id", "title", "section"}),
                "rank": rank,
                "is_article": hit.kind == "article",
                "note": " · ".join(
                    filter(
                        None,
                        [
                            hit.article_id,
                            texts.revision.format(revision=hit.revision),
                            "" if hit.verified else texts.unverified,
                        ],
                    )
                ),
                **{
                    stage: f"{getattr(hit, stage):.3f}"
                    for stage in ("bm25", "pinyin", "dense", "fused", "score", "probability")
                },
            }
            for rank, hit in enumerate(search.hits, start=1)
        ],
        row_key="rank",
    )
    table.classes("knowledge-table").props(f'flat bordered dense no-data-label="{texts.nothing}"')
    table.add_slot("body-cell-title", _TITLE_SLOT)


def _column(name: str, label: str) -> dict[str, Any]:
    words = name in ("title", "section")
    return {
        "name": name,
        "label": label,
        "field": name,
        "align": "left" if words else "right",
        "classes": "" if words else "knowledge-score",
    }
