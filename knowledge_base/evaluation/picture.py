"""The pictures of a report, as PNG files."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from knowledge_base.evaluation.decisions import OperatingPoint, ReliabilityBin

_SIZE = (6.4, 4.8)
_DPI = 120


def draw_curve(points: Sequence[OperatingPoint], chosen: OperatingPoint, path: Path) -> None:
    """Draw wrong answers against coverage, the point in use marked."""
    figure, axes = _axes()
    coverage = [point.coverage.value for point in points]
    axes.plot(coverage, [point.wrong.value for point in points], label="of all answers given")
    axes.plot(
        coverage,
        [point.wrong_of_all.value for point in points],
        linestyle="--",
        label="of all questions asked",
    )
    axes.plot(
        chosen.coverage.value,
        chosen.wrong.value,
        "o",
        color="black",
        label=f"in use: answer from {chosen.threshold:.3f}",
    )
    axes.set(
        xlabel="coverage: answered share of the answerable questions",
        ylabel="wrong answers",
        xlim=(0, 1),
        ylim=(0, None),
        title="Coverage and error",
    )
    axes.legend(loc="upper left")
    _save(figure, path)


def draw_reliability(bins: Sequence[ReliabilityBin], path: Path) -> None:
    """Draw the share right against the probability, with Wilson's 95 % intervals."""
    figure, axes = _axes()
    right = [each.right.value for each in bins]
    intervals = [each.right.interval for each in bins]
    # Rounding can put a bound past the share by the last digit, which would be refused.
    below = [max(0.0, value - low) for value, (low, _) in zip(right, intervals, strict=True)]
    above = [max(0.0, high - value) for value, (_, high) in zip(right, intervals, strict=True)]
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey", label="as sure as right")
    axes.errorbar(
        [each.probability for each in bins],
        right,
        yerr=[below, above],
        fmt="o-",
        capsize=3,
        label="measured",
    )
    for each in bins:
        axes.annotate(
            str(each.right.total),
            (each.probability, each.right.value),
            textcoords="offset points",
            xytext=(6, 6),
            fontsize="small",
        )
    axes.set(
        xlabel="probability that the first document answers",
        ylabel="share that it answers",
        xlim=(0, 1),
        ylim=(0, 1),
        title="Reliability (numbers of questions beside the points)",
    )
    axes.legend(loc="upper left")
    _save(figure, path)


def _axes() -> tuple[Figure, Axes]:
    # Without pyplot there is no display to look for and no state to clear.
    figure = Figure(figsize=_SIZE, dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.grid(visible=True, alpha=0.3)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="png")
