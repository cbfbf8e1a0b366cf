"""The report of an evaluation: Markdown tables and pictures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.evaluation.decisions import (
    DecisionRecord,
    OperatingPoint,
    Share,
    calibration_error,
    curve,
    point_at,
    point_decided,
    reliability,
    widest,
)
from knowledge_base.evaluation.measures import MEASURES, Evaluation
from knowledge_base.evaluation.picture import draw_curve, draw_reliability
from knowledge_base.retrieval.decision import Decision

REPORT_FILE = "report.md"
CURVE_FILE = "coverage-error.png"
RELIABILITY_FILE = "reliability.png"
_THRESHOLDS = [step / 10 for step in range(1, 10)]
_WRONG_SHARES = (0.02, 0.05, 0.1)
_NOT_JUDGED_NAMED = 5


@dataclass(frozen=True)
class Report:
    """Everything that one evaluation found; without decisions the last section is left out."""

    title: str
    evaluation: Evaluation
    ablation: Mapping[str, Evaluation] | None = None
    decisions: Sequence[DecisionRecord] = ()
    answer_from: float = 0.0

    def markdown(self) -> str:
        """Return the text, without the pictures."""
        return _joined(self._sections())

    def write(self, directory: Path) -> None:
        """Write the text and, where decisions were made, the pictures; make the folder.

        Raises:
            OSError: a file cannot be written.
        """
        directory.mkdir(parents=True, exist_ok=True)
        sections = self._sections()
        if self.decisions:
            chosen = point_decided(self.decisions, self.answer_from)
            draw_curve(curve(self.decisions), chosen, directory / CURVE_FILE)
            draw_reliability(reliability(self.decisions), directory / RELIABILITY_FILE)
            sections.append(f"![Coverage and error]({CURVE_FILE})")
            sections.append(f"![Reliability]({RELIABILITY_FILE})")
        (directory / REPORT_FILE).write_text(_joined(sections), encoding="utf-8")

    def _sections(self) -> list[str]:
        sections = [
            f"# {self.title}",
            coverage_note(self.evaluation),
            measures_table(self.evaluation),
        ]
        if self.ablation:
            sections += ["## What each stage contributes", ablation_table(self.ablation)]
        if self.decisions:
            sections += ["## When to answer", *decision_sections(self.decisions, self.answer_from)]
        return sections


def measures_table(evaluation: Evaluation) -> str:
    """One row for each measure, with its interval."""
    rows = [
        (name, f"{each.value:.4f}", f"{each.low:.3f}–{each.high:.3f}")
        for name, each in evaluation.measures.items()
    ]
    return _table(("measure", "value", "95 % interval"), rows)


def coverage_note(evaluation: Evaluation) -> str:
    """Say over which queries the means are taken, and which are left out."""
    note = f"{evaluation.queries} judged queries, {evaluation.without_results} without results"
    left_out = evaluation.not_judged
    if left_out:
        named = ", ".join(left_out[:_NOT_JUDGED_NAMED])
        more = ", …" if len(left_out) > _NOT_JUDGED_NAMED else ""
        note += f", {len(left_out)} left out because nothing is judged ({named}{more})"
    return note + "."


def ablation_table(variants: Mapping[str, Evaluation]) -> str:
    """One row for each variant; the differences are to the first row."""
    first = next(iter(variants.values())).values
    rows = [
        (
            name,
            *(
                f"{value:.3f}" + ("" if row == 0 else f" ({value - first[measure]:+.3f})")
                for measure, value in evaluation.values.items()
            ),
        )
        for row, (name, evaluation) in enumerate(variants.items())
    ]
    return _table(("stages", *MEASURES), rows)


def decision_sections(records: Sequence[DecisionRecord], answer_from: float) -> list[str]:
    """Say what was decided, what the threshold in use does, and what others would do."""
    points = curve(records)
    rows = [
        (f"**{answer_from:.3f}, in use**", point_decided(records, answer_from)),
        *((f"{threshold:.1f}", point_at(records, threshold)) for threshold in _THRESHOLDS),
    ]
    for wrong in _WRONG_SHARES:
        point = widest(points, wrong)
        if point is not None:
            rows.append((f"{point.threshold:.3f}, widest with {wrong:.0%} wrong", point))
    return [
        _decided_table(records),
        _points_table(rows),
        f"Expected calibration error {calibration_error(records):.3f}.",
    ]


def _joined(sections: Sequence[str]) -> str:
    return "\n\n".join(sections) + "\n"


def _decided_table(records: Sequence[DecisionRecord]) -> str:
    groups: dict[str, list[DecisionRecord]] = {}
    for record in records:
        name = "answerable" if record.answerable else "unanswerable"
        groups.setdefault(name, []).append(record)
        if record.kind is not None:
            groups.setdefault(f"{name}: {record.kind}", []).append(record)
    rows = [
        (
            name,
            *(
                _share(Share(sum(each.decision is decision for each in group), len(group)))
                for decision in Decision
            ),
        )
        for name, group in sorted(groups.items())
    ]
    return _table(("questions", *(str(decision) for decision in Decision)), rows)


def _points_table(points: Iterable[tuple[str, OperatingPoint]]) -> str:
    rows = [
        (
            name,
            _share(point.coverage),
            _share(point.wrong),
            _share(point.wrong_of_all),
            _share(point.unanswerable_answered),
        )
        for name, point in points
    ]
    heads = (
        "answer from",
        "coverage",
        "wrong of answers",
        "wrong of questions",
        "unanswerable answered",
    )
    return _table(heads, rows)


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.3f} [{low:.3f}–{high:.3f}] {share.count}/{share.total}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
