from datetime import date
from pathlib import Path

import pytest

from knowledge_base.parameters import ParameterError, load_parameters
from knowledge_base.references import Renderer
from tests.knowledge_base.samples import PARAMETERS


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    path = tmp_path / "parameters.yml"
    path.write_text(PARAMETERS, encoding="utf-8")
    return Renderer(load_parameters(path), date(2026, 11, 1))


def test_a_reference_prints_the_figure_of_the_day(renderer: Renderer) -> None:
    assert renderer.render("每月{{wage.monthly}}，一年{{wage.yearly}}") == "每月2660元，一年31920元"
    assert set(renderer.used) == {"wage.monthly", "wage.yearly"}


def test_a_reference_may_name_a_day_of_the_past(renderer: Renderer) -> None:
    assert renderer.render("那时{{wage.monthly@2024-05-01}}") == "那时2490元"
    assert renderer.until is None


def test_the_first_day_of_the_window_can_be_printed(renderer: Renderer) -> None:
    assert renderer.render("{{wage.monthly:from}}起") == "2026年1月1日起"
    assert renderer.render("{{wage.monthly@2025-12-31:from}}起") == "2024年1月1日起"


def test_the_text_holds_until_the_first_window_ends(renderer: Renderer) -> None:
    renderer.render("{{wage.monthly}}，{{allowance.heat}}")
    assert renderer.until == date(2026, 12, 31)


def test_calculations_get_bare_numbers(renderer: Renderer) -> None:
    assert renderer.render_numbers("{{wage.monthly}} * 12 = 31920") == "2660 * 12 = 31920"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{{wage.weekly}}", "wage.weekly: no such parameter"),
        ("{{wage.monthly@2023-12-31}}", "no value on 2023-12-31"),
        ("{{wage.monthly@2026-02-30}}", "wage.monthly@2026-02-30"),
        ("{{Wage Monthly}}", "a reference has the form"),
        ("{{}}", "a reference has the form"),
        ("{{wage.monthly", "a reference has the form"),
        ("{{allowance.days:from}}", "no source names the first day"),
    ],
)
def test_what_cannot_be_printed_is_refused(renderer: Renderer, line: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        renderer.render(line)
