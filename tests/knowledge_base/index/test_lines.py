from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.index.lines import read_lines, write_lines
from tests.knowledge_base.samples import document


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines")


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    lines = ["上\u2028下", "左\u2029右", "\x85", "\x0b\x0c\x1c", ""]
    write_lines(tmp_path / "lines", lines)
    assert read_lines(tmp_path / "lines") == lines


def test_no_lines(tmp_path: Path) -> None:
    write_lines(tmp_path / "lines", [])
    assert read_lines(tmp_path / "lines") == []


@given(st.text(st.characters(codec="utf-8")))
def test_any_document_survives(scratch: Path, text: str) -> None:
    made = document(sections={"正文": text})
    write_lines(scratch / "lines", [made.model_dump_json()])
    (line,) = read_lines(scratch / "lines")
    assert type(made).model_validate_json(line) == made
