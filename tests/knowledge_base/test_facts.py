from pathlib import Path

import pytest

from knowledge_base.facts import Fact, FactTag, load_facts


def register(directory: Path, text: str) -> Path:
    path = directory / "facts.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_facts_are_read_with_id_tag_and_text(tmp_path: Path) -> None:
    facts = load_facts(
        register(tmp_path, "# 库\n\n## 1\n- G01 [种子] 五年\n- 别的\n- YL06 [网] 一分：[待核]\n")
    )
    assert facts == {
        "G01": Fact("G01", FactTag.SEED, "五年"),
        "YL06": Fact("YL06", FactTag.WEB, "一分：[待核]"),
    }


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="G01 stands twice"):
        load_facts(register(tmp_path, "- G01 [法] 甲\n- G01 [网] 乙\n"))


def test_an_unknown_tag_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="听说"):
        load_facts(register(tmp_path, "- G01 [听说] 甲\n"))


def test_the_register_holds_every_kind_of_fact() -> None:
    facts = load_facts()
    assert {fact.tag for fact in facts.values()} == set(FactTag)
    assert len(facts) > 300
