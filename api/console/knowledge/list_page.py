"""The list of articles, and what has to be done about them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from nicegui import ui

from api.console.knowledge import parts
from api.console.knowledge.create_dialog import open_create
from api.console.knowledge.texts import page_texts
from api.console.page import Console, staff_page
from api.console.review.accept_dialog import open_accept_draft
from api.knowledge.listing import ArticleRow, DueItem, Standing, select
from api.knowledge.reviewed import WantedArticle
from api.knowledge.service import Knowledge
from api.staff.permissions import Permission
from api.storage.models import RevisionState
from knowledge_base.areas import area_names
from knowledge_base.article import ArticleStatus

_PAGE_ROWS = 25
_LINK_SLOT = """
<q-td :props="props">
  <a :href="'/staff/knowledge/articles/' + props.row.id">{{ props.value }}</a>
  <div class="knowledge-soft">{{ props.row.note }}</div>
</q-td>
"""
_CHIP_SLOT = """
<q-td :props="props">
  <span v-if="props.value" :class="'knowledge-chip ' + props.row.tones[props.col.name]"
    >{{ props.value }}</span>
</q-td>
"""


@staff_page(
    parts.ARTICLES,
    title=page_texts().title,
    permission=Permission.EDIT_KNOWLEDGE,
    nav=page_texts().nav,
    icon="menu_book",
    order=40,
    shortcut="k",
)
async def articles_page(console: Console) -> None:
    """Every article, and the worklists."""
    knowledge = parts.begin(console, parts.ARTICLES)
    texts = page_texts().list
    rows = await knowledge.desk.articles()
    due = await knowledge.desk.worklist()
    waiting = await knowledge.desk.waiting()
    wanted = await knowledge.desk.wanted()
    with ui.tabs().props("dense no-caps align=left outside-arrows") as tabs:
        for name, label, count in (
            ("articles", texts.tabs.articles, 0),
            ("due", texts.tabs.due, len(due)),
            ("waiting", texts.tabs.waiting, len(waiting)),
            ("wanted", texts.tabs.wanted, len(wanted)),
        ):
            ui.tab(name, f"{label} {count}" if count else label)
    panels = ui.tab_panels(tabs, value="articles").classes("w-full knowledge-panels")
    with panels.props("animated=false"):
        with ui.tab_panel("articles"):
            _articles(console, knowledge, rows)
        with ui.tab_panel("due"):
            _due(due)
        with ui.tab_panel("waiting"):
            _table(waiting, texts.nothing_waiting)
        with ui.tab_panel("wanted"):
            _wanted(console, wanted)


def _articles(console: Console, knowledge: Knowledge, rows: Sequence[ArticleRow]) -> None:
    texts = page_texts().list
    filters: dict[str, Any] = {}

    def choose(key: str, value: object) -> None:
        filters[key] = value
        found = select(rows, **filters)
        table.rows = [_row(each) for each in found]
        count.set_text(texts.count.format(count=len(found)))

    with ui.element("div").classes("knowledge-filters q-py-sm"):
        search = ui.input(
            texts.search, on_change=lambda event: choose("text", event.value or "")
        ).props("outlined dense clearable debounce=200")
        search.classes("grow")
        _choice(texts.area, area_names(), lambda value: choose("area", value))
        _choice(
            texts.standing,
            _names(page_texts().standings, Standing),
            lambda value: choose("standing", Standing(value) if value else None),
        )
        _choice(
            texts.status,
            _names(page_texts().statuses, ArticleStatus),
            lambda value: choose("status", ArticleStatus(value) if value else None),
        )
        _choice(
            texts.state,
            _names(page_texts().states, RevisionState),
            lambda value: choose("state", RevisionState(value) if value else None),
        )
        ui.button(texts.new, icon="add", on_click=lambda: open_create(console, knowledge))
    count = ui.label(texts.count.format(count=len(rows))).classes("knowledge-soft")
    table = _table(rows, texts.nothing)


def _names(texts: Mapping[Any, str], kinds: type[StrEnum]) -> dict[str, str]:
    return {str(kind): texts[kind] for kind in kinds}


def _choice(label: str, options: Mapping[str, str], on_choice: Any) -> None:
    ui.select(
        dict(options), label=label, clearable=True, on_change=lambda event: on_choice(event.value)
    ).props("outlined dense options-dense")


def _table(rows: Sequence[ArticleRow], nothing: str) -> ui.table:
    names = page_texts().list.columns
    table = ui.table(
        columns=[
            {"name": "title", "label": names["title"], "field": "title", "align": "left"},
            *(
                {
                    "name": name,
                    "label": names[name],
                    "field": name,
                    "align": "left",
                    "sortable": True,
                    "classes": "gt-sm" if name not in ("standing",) else "",
                    "headerClasses": "gt-sm" if name not in ("standing",) else "",
                }
                for name in (
                    "area",
                    "standing",
                    "status",
                    "review_by",
                    "effective_to",
                    "latest",
                )
            ),
        ],
        rows=[_row(each) for each in rows],
        row_key="id",
        pagination=_PAGE_ROWS,
    )
    table.classes("knowledge-table").props(f'flat bordered dense no-data-label="{nothing}"')
    table.add_slot("body-cell-title", _LINK_SLOT)
    for name in ("standing", "status", "latest"):
        table.add_slot(f"body-cell-{name}", _CHIP_SLOT)
    return table


def _row(row: ArticleRow, note: str = "") -> dict[str, Any]:
    texts = page_texts()
    unconfirmed = row.status is ArticleStatus.NEEDS_CONFIRMATION
    return {
        "id": row.id,
        "title": row.title,
        "note": note,
        "area": parts.area(row.area),
        "standing": texts.standings[row.standing],
        "status": texts.statuses[row.status] if row.status else "",
        "review_by": str(row.review_by or ""),
        "effective_to": str(row.effective_to or ""),
        "latest": parts.latest(row.latest),
        "tones": {
            "standing": parts.tone(row.standing),
            "status": "warn" if unconfirmed else "good",
            "latest": parts.tone(row.latest.state) if row.latest else "",
        },
    }


def _due(items: Sequence[DueItem]) -> None:
    texts = page_texts()
    names = texts.list.due_columns
    rows = []
    for number, item in enumerate(items):
        figures = texts.list.figures.format(figures="、".join(item.figures))
        row = _row(item.article, figures if item.figures else "")
        overdue = f"（{texts.list.overdue}）" if item.overdue else ""
        row |= {"key": number, "by": f"{item.by}{overdue}", "kind": texts.due[item.kind]}
        row["tones"]["by"] = row["tones"]["kind"] = "bad" if item.overdue else "warn"
        rows.append(row)
    columns = [
        {"name": name, "label": names[name], "field": name, "align": "left"}
        for name in ("by", "kind", "title", "latest")
    ]
    columns[-1] |= {"classes": "gt-sm", "headerClasses": "gt-sm"}
    table = ui.table(columns=columns, rows=rows, row_key="key", pagination=_PAGE_ROWS)
    table.classes("knowledge-table")
    table.props(f'flat bordered dense no-data-label="{texts.list.nothing_due}"')
    table.add_slot("body-cell-title", _LINK_SLOT)
    for name in ("by", "kind", "latest"):
        table.add_slot(f"body-cell-{name}", _CHIP_SLOT)


def _wanted(console: Console, wanted: Sequence[WantedArticle]) -> None:
    texts = page_texts().list
    if not wanted:
        ui.label(texts.nothing_wanted).classes("console-empty")
    for each in wanted:
        draft = each.draft
        with ui.element("section").classes("console-card q-mb-sm w-full"):
            with ui.element("div").classes("knowledge-bar"):
                parts.heading(draft.title)
                parts.chip(parts.area(draft.area))
                ui.space()
                ui.button(
                    texts.write,
                    icon="edit",
                    on_click=lambda each=each: open_accept_draft(
                        console, each.proposal_id, each.draft
                    ),
                ).props("outline dense")
            ui.label(texts.asked.format(question=draft.question)).classes("worker-text")
            for fact in draft.facts:
                ui.label(f"· {fact}").classes("worker-text knowledge-soft")
