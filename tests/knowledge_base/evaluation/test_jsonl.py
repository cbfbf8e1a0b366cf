from pathlib import Path

import pytest
from pydantic import BaseModel

from knowledge_base.evaluation.jsonl import EvaluationDataError, read_jsonl, read_text_lines


class Row(BaseModel):
    name: str


def test_blank_lines_are_skipped_but_counted(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes('\ufeff{"name": "a\u2028b"}\r\n\n{"name": "c"}'.encode())
    assert list(read_jsonl(file, Row)) == [(1, Row(name="a\u2028b")), (3, Row(name="c"))]


@pytest.mark.parametrize(
    ("line", "message"), [("{", ":2: [json]"), ("{}", ":2: [name]"), ("[]", ":2: [json]")]
)
def test_an_unsound_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"name": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(EvaluationDataError) as refused:
        list(read_jsonl(file, Row))
    assert f"{file}{message}" in str(refused.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.txt"
    file.write_bytes("年假".encode("gbk"))
    with pytest.raises(EvaluationDataError, match="not UTF-8"):
        list(read_text_lines(file))
