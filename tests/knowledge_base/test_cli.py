import json
from pathlib import Path

import pytest

from knowledge_base.cli import main
from knowledge_base.encoder.encoder import Encoder
from tests.knowledge_base.samples import edited, write_article, write_small_corpus

FACTS = "- NX01 [法] 满1不满10年5天，满10不满20年10天，满20年15天\n- NX02 [网] 别的\n"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def facts(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("register") / "facts.md"
    path.write_text(FACTS, encoding="utf-8")
    return str(path)


def test_check_passes_sound_articles(tmp_path: Path, facts: str, capsys: Captured) -> None:
    write_article(tmp_path)
    assert main(["check", "--documents", str(tmp_path), "--facts", facts]) == 0
    output = capsys.readouterr().out
    assert "facts in no article yet: NX02" in output
    assert "facts stated: 1 of 2 (50 %)" in output
    assert "1 articles, 0 problems, 1 facts open" in output


def test_check_names_file_line_and_rule(tmp_path: Path, facts: str, capsys: Captured) -> None:
    bad = tmp_path / "annual-leave" / "bad.md"
    bad.parent.mkdir()
    bad.write_text(edited("area: annual-leave", "area: holidays"), encoding="utf-8")
    assert main(["check", "--documents", str(tmp_path), "--facts", facts]) == 1
    assert f"{bad}:4: [area]" in capsys.readouterr().err


def test_check_holds_the_figures_against_the_register_it_is_given(
    tmp_path: Path, capsys: Captured
) -> None:
    path = write_article(tmp_path)
    register = tmp_path / "facts.md"
    register.write_text(FACTS.replace("15天", "16天"), encoding="utf-8")
    assert main(["check", "--documents", str(tmp_path), "--facts", str(register)]) == 1
    assert f"{path}:" in (error := capsys.readouterr().err)
    assert "[figure] 15天: in no fact or source" in error


def test_check_says_what_is_wrong_with_a_register(tmp_path: Path, capsys: Captured) -> None:
    register = tmp_path / "facts.md"
    register.write_text("- NX01 [听说] 五天\n", encoding="utf-8")
    assert main(["check", "--documents", str(tmp_path), "--facts", str(register)]) == 1
    assert "error: " in capsys.readouterr().err


def test_check_lists_articles_past_their_review(
    tmp_path: Path, facts: str, capsys: Captured
) -> None:
    write_article(tmp_path, review_by="2009-01-01")
    assert main(["check", "--documents", str(tmp_path), "--facts", facts]) == 0
    assert "review due: annual-leave-days (by 2009-01-01)" in capsys.readouterr().out


def test_the_shipped_articles_pass(capsys: Captured) -> None:
    assert main(["check"]) == 0
    assert "(100 %)" in capsys.readouterr().out


def test_unpack_model_skips_what_is_there(encoder: Encoder, capsys: Captured) -> None:
    assert main(["unpack-model"]) == 0
    assert "already there" in capsys.readouterr().out


def test_build_then_search(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    # The same model, loaded once for all tests.
    monkeypatch.setattr("knowledge_base.encoder.encoder.Encoder", lambda model: encoder)
    monkeypatch.setattr("knowledge_base.engine.Encoder", lambda model: encoder)
    articles, index = tmp_path / "articles", str(tmp_path / "index")
    write_small_corpus(articles)
    (articles / "annual-leave" / "bad.md").write_text("x", encoding="utf-8")

    build = ["build", "--documents", str(articles), "--index", index]
    assert main(build) == 0
    captured = capsys.readouterr()
    assert "built, 5 documents" in captured.out
    assert "bad.md:1: [front-matter]" in captured.err
    assert main(build) == 0
    assert "up to date" in capsys.readouterr().out

    question = "老板拖欠工资怎么办"
    assert main(["search", question, "--index", index, "--json", "--k", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["query"] == question
    first, _ = found["hits"]
    assert first["id"] == "wage-arrears"
    assert found["encoder"] == encoder.fingerprint

    assert main(["search", question, "--index", index]) == 0
    assert "wage-arrears  被拖欠工资怎么办" in capsys.readouterr().out


def test_build_reads_a_foreign_collection(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("knowledge_base.encoder.encoder.Encoder", lambda model: encoder)
    collection = tmp_path / "documents.jsonl"
    line = json.dumps({"id": "d", "title": "题", "text": "文", "source": "站"})
    collection.write_text(f"{line}\n", encoding="utf-8")
    build = ["build", "--documents", str(collection), "--index", str(tmp_path / "index")]
    assert main(build) == 0
    assert "1 documents, 1 units" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "message"), [("{", "documents.jsonl:1: [json]"), ("", "nothing to index")]
)
def test_build_refuses_what_it_cannot_read(
    tmp_path: Path,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
    content: str,
    message: str,
) -> None:
    monkeypatch.setattr("knowledge_base.encoder.encoder.Encoder", lambda model: encoder)
    collection = tmp_path / "documents.jsonl"
    collection.write_text(content, encoding="utf-8")
    build = ["build", "--documents", str(collection), "--index", str(tmp_path / "index")]
    assert main(build) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "index").exists()


def test_search_without_a_model_or_an_index_says_so(tmp_path: Path, capsys: Captured) -> None:
    missing = str(tmp_path / "none")
    assert main(["search", "年假", "--index", missing, "--model", missing]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_search_without_an_index_tells_the_way_to_build(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("knowledge_base.engine.Encoder", lambda model: encoder)
    assert main(["search", "年假", "--index", str(tmp_path)]) == 1
    assert "python -m knowledge_base build" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["search"]])
def test_a_wrong_command_line_ends_with_usage(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m knowledge_base" in capsys.readouterr().err
