"""Options of the charts (ECharts), as plain data."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Options = dict[str, Any]
BLUE: Final = "#4f7396"
TEAL: Final = "#7fa99b"
RED: Final = "#b4635a"
SAND: Final = "#c9a24d"
_INK: Final = "#1f2328"
_SOFT: Final = "#57606a"
_LINE: Final = "#e4e1da"
_FONT: Final = (
    'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
)
_BAR_MOST_PX: Final = 28


def columns(
    labels: Sequence[str],
    series: Mapping[str, Sequence[int]],
    unit: str,
    *,
    every_label: bool = False,
) -> Options:
    """Upright bars over a line of labels, several series on top of each other.

    ``every_label``: none is left out where there is little room.
    """
    return _base((BLUE, TEAL)) | {
        "legend": {
            "show": len(series) > 1,
            "top": 0,
            "right": 0,
            "itemWidth": 12,
            "itemHeight": 12,
            "textStyle": {"color": _SOFT},
        },
        "grid": {
            "left": 4,
            "right": 8,
            "top": 32 if len(series) > 1 else 14,
            "bottom": 4,
            "containLabel": True,
        },
        "tooltip": _tooltip("axis", unit),
        "xAxis": {
            "type": "category",
            "data": list(labels),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": _LINE}},
            "axisLabel": {"color": _SOFT}
            | ({"interval": 0} if every_label else {"hideOverlap": True}),
        },
        "yAxis": _value_axis(),
        "series": [
            {
                "name": name,
                "type": "bar",
                "stack": "all",
                "data": list(values),
                "barMaxWidth": _BAR_MOST_PX,
            }
            for name, values in series.items()
        ],
    }


def bars(
    labels: Sequence[str],
    values: Sequence[int],
    unit: str,
    *,
    color: str = BLUE,
    more: tuple[str, str, Sequence[int]] | None = None,
) -> Options:
    """Lying bars, the first on top, each with its number. ``more``: a second bar beside each, as
    the names of both series and its values."""
    names = more[:2] if more else ("", "")
    series = [(names[0], values, color)]
    if more:
        series.append((names[1], more[2], SAND))
    return _base([each[2] for each in series]) | {
        "legend": {
            "show": more is not None,
            "top": 0,
            "right": 0,
            "itemWidth": 12,
            "itemHeight": 12,
            "textStyle": {"color": _SOFT},
        },
        "grid": {
            "left": 4,
            "right": 44,
            "top": 28 if more else 4,
            "bottom": 4,
            "containLabel": True,
        },
        "tooltip": _tooltip("axis", unit),
        "xAxis": _value_axis() | {"axisLabel": {"show": False}, "splitLine": {"show": False}},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": list(labels),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": _LINE}},
            "axisLabel": {"color": _INK, "interval": 0, "width": 130, "overflow": "truncate"},
        },
        "series": [
            {
                "name": name,
                "type": "bar",
                "data": list(numbers),
                "barMaxWidth": 16,
                "label": {"show": True, "position": "right", "color": _SOFT},
            }
            for name, numbers, _ in series
        ],
    }


def _base(colors: Sequence[str]) -> Options:
    return {
        "color": list(colors),
        "textStyle": {"fontFamily": _FONT, "fontSize": 13},
        "animationDuration": 300,
    }


def _value_axis() -> Options:
    return {
        "type": "value",
        "minInterval": 1,
        "axisLabel": {"color": _SOFT},
        "splitLine": {"lineStyle": {"color": _LINE}},
    }


def _tooltip(trigger: str, unit: str) -> Options:
    return {
        "trigger": trigger,
        "axisPointer": {"type": "shadow"},
        "confine": True,
        # A function, because only one can put the unit behind the number.
        ":valueFormatter": f"value => value + ' {unit}'",
    }
