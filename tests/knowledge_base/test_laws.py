from pathlib import Path

import pytest

from knowledge_base.laws import dates_of_law, load_laws


def test_rows_of_the_table_are_read_and_prose_is_not(tmp_path: Path) -> None:
    path = tmp_path / "sources.md"
    path.write_text(
        "# 来源\n\n| 名称 | 仓库内路径 | 日期 | 用途 |\n|---|---|---|---|\n"
        "| 最高法解释 | 司法解释/最高人民法院解释（一）(2020-12-29).md | 2021-01-01施行 | 举证 |\n"
        "- 案例/加班费.md\n",
        encoding="utf-8",
    )
    (law,) = load_laws(path)
    assert law.names == {"最高法解释", "最高人民法院解释（一）"}
    assert "2020-12-29" in law.dates
    assert "2021-01-01施行" in law.dates


@pytest.mark.parametrize(
    "title", ["《工会法》", "《中华人民共和国工会法》", "工会法", "《工会法》（2021年修正）"]
)
def test_a_law_is_found_under_the_names_it_is_cited_by(title: str) -> None:
    assert "2021-12-24" in dates_of_law(title)


def test_what_is_not_in_the_register_has_no_dates() -> None:
    assert dates_of_law("杭州日报 2021-06 疗休养") == ""
