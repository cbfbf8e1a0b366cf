from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.trec import (
    Run,
    read_qrels,
    read_queries,
    read_run,
    write_qrels,
    write_run,
)


def written(directory: Path, text: str) -> Path:
    file = directory / "file"
    file.write_text(text, encoding="utf-8")
    return file


def test_queries_have_a_text_or_a_question(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '{"id": "1", "text": "年假几天"}\n{"id": "2", "question": "体检", "answers": ["a"]}\n',
    )
    assert read_queries(file) == {"1": "年假几天", "2": "体检"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "a b", "text": "x"}', ":2: [id]"),
        ('{"id": "", "text": "x"}', ":2: [id]"),
        ('{"id": 7, "text": "x"}', ":2: [id]"),
        ('{"id": "2"}', "either a text or a question"),
        ('{"id": "2", "text": " "}', "either a text or a question"),
        ('{"id": "2", "text": "x", "question": "y"}', "either a text or a question"),
        ('{"id": "1", "text": "x"}', ":2: query '1' stands twice"),
    ],
)
def test_unsound_queries_are_refused(tmp_path: Path, line: str, message: str) -> None:
    file = written(tmp_path, f'{{"id": "1", "text": "x"}}\n{line}\n')
    with pytest.raises(EvaluationDataError) as refused:
        read_queries(file)
    assert message in str(refused.value)


def test_qrels_are_read_back(tmp_path: Path) -> None:
    qrels = {"q2": {"a": 2, "b": 0}, "q1": {"a": 1}}
    file = tmp_path / "made" / "qrels.trec"
    write_qrels(qrels, file)
    assert file.read_text(encoding="utf-8") == "q2 0 a 2\nq2 0 b 0\nq1 0 a 1\n"
    assert read_qrels(file) == qrels


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 a 1", ":2: 3 columns, not `qid 0 docid rel`"),
        ("q1 0 b 0.5", ":2: the relevance '0.5' is no whole number"),
        ("q1 0 a 2", ":2: 'a' is judged twice for 'q1'"),
    ],
)
def test_unsound_qrels_are_refused(tmp_path: Path, line: str, message: str) -> None:
    file = written(tmp_path, f"q1\t0\ta\t1\r\n{line}\n")
    with pytest.raises(EvaluationDataError) as refused:
        read_qrels(file)
    assert f"{file}{message}" in str(refused.value)


@pytest.mark.parametrize("read", [read_queries, read_qrels, read_run])
def test_an_empty_file_is_refused(tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(EvaluationDataError, match=r"no .* in it"):
        read(written(tmp_path, "\n"))


def test_a_run_is_ordered_as_trec_eval_orders_it(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "q Q0 a 1 0.5 tag\nq Q0 c 2 7e-1 tag\nq Q0 b 3 0.5000000001 tag\nr Q0 a 1 -1 tag\n",
    )
    # The rank column is not looked at; a and b are equal in single precision.
    assert read_run(file) == {"q": [("c", 0.7), ("b", 0.5000000001), ("a", 0.5)], "r": [("a", -1)]}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q Q0 b 2 0.5", ":2: 5 columns, not `qid Q0 docid rank score tag`"),
        ("q Q0 b 2 high tag", ":2: the score 'high' is no number"),
        ("q Q0 b 2 nan tag", ":2: the score 'nan' is not finite"),
        ("q Q0 a 2 0.5 tag", ":2: 'a' stands twice for 'q'"),
    ],
)
def test_an_unsound_run_is_refused(tmp_path: Path, line: str, message: str) -> None:
    file = written(tmp_path, f"q Q0 a 1 0.5 tag\n{line}\n")
    with pytest.raises(EvaluationDataError) as refused:
        read_run(file)
    assert f"{file}{message}" in str(refused.value)


@given(scores=st.lists(st.floats(-100, 100) | st.sampled_from([0.0, 0.5, 0.5 + 1e-9]), max_size=20))
def test_a_written_run_keeps_its_order(
    tmp_path_factory: pytest.TempPathFactory, scores: list[float]
) -> None:
    file = tmp_path_factory.mktemp("run") / "run.trec"
    run: Run = {"q": [(f"d{rank}", score) for rank, score in enumerate(scores)], "r": [("a", 1.0)]}
    write_run(run, file, "tag")
    read = read_run(file)
    assert [document for document, _ in read.get("q", [])] == [name for name, _ in run["q"]]
    assert read["r"] == [("a", 1.0)]


def test_a_run_is_written_as_trec_has_it(tmp_path: Path) -> None:
    file = tmp_path / "run.trec"
    write_run({"q": [("a", 0.75), ("b", 0.5)]}, file, "tag")
    assert file.read_text(encoding="utf-8") == "q Q0 a 1 0.75 tag\nq Q0 b 2 0.5 tag\n"


@pytest.mark.parametrize(
    ("run", "tag", "message"),
    [
        ({"q 1": [("a", 1.0)]}, "tag", "'q 1'"),
        ({"q": [("a\u3000b", 1.0)]}, "tag", "white space"),
        ({"q": [("", 1.0)]}, "tag", "empty"),
        ({"q": [("a", 1.0)]}, "my tag", "'my tag'"),
        ({"q": [("a", 1.0), ("a", 0.5)]}, "tag", "twice"),
        ({"q": [("a", float("nan"))]}, "tag", "not finite"),
    ],
)
def test_what_no_run_can_hold_is_not_written(
    tmp_path: Path, run: Run, tag: str, message: str
) -> None:
    file = tmp_path / "run.trec"
    with pytest.raises(EvaluationDataError, match=message):
        write_run(run, file, tag)
    assert not file.exists()
