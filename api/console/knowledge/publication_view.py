"""One publication: its progress, and the comparison that let it through or stopped it."""

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from api.console import scrolling
from api.console.knowledge import parts
from api.console.knowledge.texts import page_texts
from api.console.page import Console
from api.console.review.texts import page_texts as review_texts
from api.knowledge.publications import report_of
from api.storage.models import Publication, PublicationState
from knowledge_base.publishing.plan import (
    Expected,
    GateReport,
    Outcome,
    Progress,
    Step,
    Verdict,
)
from knowledge_base.retrieval.decision import Decision

_SHOWN = 100
_VERDICT_SLOT = """
<q-td :props="props">
  <div>{{ props.value }}</div>
  <span v-if="props.row.case" class="knowledge-chip warn">{{ props.row.case }}</span>
</q-td>
"""


def show_publication(
    console: Console,
    publication: Publication,
    name: str,
    progress: Sequence[Progress],
    titles: Mapping[str, str],
    *,
    is_open: bool,
) -> None:
    """Show a publication; ``name``: of who started it, ``titles``: of articles by their ids."""
    texts = page_texts().publish
    report = report_of(publication)
    by = texts.by.format(name=name, at=parts.at(console, publication.created_at))
    with ui.expansion(value=is_open).classes("console-card w-full knowledge-publication") as panel:
        with panel.add_slot("header"), ui.element("div").classes("knowledge-bar"):
            state = page_texts().publication_states[publication.state]
            parts.chip(state, parts.tone(publication.state))
            ui.label("、".join(each.title for each in report.articles))
            ui.label(by).classes("knowledge-soft")
        if publication.state is PublicationState.RUNNING:
            _progress(progress)
        if report.reason:
            ui.label(report.reason).classes("knowledge-text")
        if report.imports:
            ui.label(texts.imports.format(names="、".join(report.imports)))
        if publication.index_version:
            words = texts.index.format(version=publication.index_version)
            ui.label(words).classes("knowledge-soft")
        if report.gate is not None:
            _gate(report.gate, titles)


def _progress(progress: Sequence[Progress]) -> None:
    texts = page_texts().publish
    known = {each.step: each for each in progress}
    for step in Step:
        with ui.element("div").classes("knowledge-bar"):
            now = known.get(step)
            later = any(each in known for each in list(Step)[list(Step).index(step) + 1 :])
            icon = "check_circle" if later else "sync" if now else "radio_button_unchecked"
            ui.icon(icon)
            ui.label(texts.steps[step])
            if now and now.total:
                ui.linear_progress(now.done / now.total, show_value=False, size="8px").props(
                    f'aria-label="{texts.steps[step]}"'
                ).style("max-width: 300px")
                words = texts.progress.format(done=now.done, total=now.total)
                ui.label(words).classes("knowledge-soft knowledge-score")


def _gate(gate: GateReport, titles: Mapping[str, str]) -> None:
    texts = page_texts().publish
    asked = texts.asked.format(questions=gate.questions, cases=gate.cases)
    ui.label(asked).classes("knowledge-soft")
    for title, verdicts in ((texts.broken, gate.broken), (texts.left_out, gate.left_out)):
        if verdicts:
            _verdicts(title, verdicts, titles)
    if gate.measures:
        parts.heading(texts.measures)
        names = texts.measure_columns
        table = scrolling.table(
            texts.measures,
            columns=[
                {"name": key, "label": label, "field": key, "align": "left"}
                for key, label in names.items()
            ],
            rows=[
                {
                    "name": texts.measure_names.get(each.name, each.name),
                    "before": f"{each.before:.4f}",
                    "after": f"{each.after:.4f}",
                    "verdict": texts.fell if each.fell else texts.fine,
                    "tones": {"verdict": "bad" if each.fell else "good"},
                }
                for each in gate.measures
            ],
            row_key="name",
        )
        table.classes("knowledge-table").props("flat bordered dense")
        table.add_slot(
            "body-cell-verdict",
            """<q-td :props="props"><span :class="'knowledge-chip ' + props.row.tones.verdict"
            >{{ props.value }}</span></q-td>""",
        )
    if gate.repaired:
        _verdicts(texts.repaired, gate.repaired, titles)


def _verdicts(title: str, verdicts: Sequence[Verdict], titles: Mapping[str, str]) -> None:
    texts = page_texts().publish
    parts.heading(f"{title} {len(verdicts)}")
    table = scrolling.table(
        title,
        columns=[
            {"name": key, "label": label, "field": key, "align": "left"}
            for key, label in texts.verdict_columns.items()
        ],
        rows=[_verdict(each, titles) for each in verdicts[:_SHOWN]],
        row_key="id",
        pagination=20,
    )
    table.classes("knowledge-table").props("flat bordered dense")
    table.add_slot("body-cell-question", _VERDICT_SLOT)


def _verdict(verdict: Verdict, titles: Mapping[str, str]) -> dict[str, Any]:
    texts = page_texts().publish
    return {
        "id": verdict.id,
        "question": verdict.question,
        "expected": _expected(verdict, titles),
        "before": _outcome(verdict.before),
        "after": _outcome(verdict.after),
        "case": texts.case if verdict.case else "",
    }


def _expected(verdict: Verdict, titles: Mapping[str, str]) -> str:
    texts = page_texts().publish
    named = "、".join(titles.get(each, each) for each in verdict.expected)
    if verdict.treatment in (None, Expected.ANSWER):
        return named or texts.nobody
    treatment = review_texts().expected[verdict.treatment]
    return texts.treated.format(treatment=treatment, titles=named) if named else treatment


def _outcome(outcome: Outcome) -> str:
    texts = page_texts().publish
    decision = page_texts().decisions[Decision(outcome.decision)]
    return texts.outcome.format(title=outcome.title or texts.nothing_found, decision=decision)
