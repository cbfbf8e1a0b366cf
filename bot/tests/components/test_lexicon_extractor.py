from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from components.lexicon_extractor import LexiconExtractor
from components.quantities.folding import fold

LEXICON = Path(__file__).resolve().parents[2] / "components" / "lexicon"


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> LexiconExtractor:
    return LexiconExtractor.create(
        LexiconExtractor.get_default_config(),
        LocalModelStorage.create(tmp_path_factory.mktemp("storage")),
        Resource("lexicon"),
        ExecutionContext(GraphSchema({})),
    )


def entities(text: str, extractor: LexiconExtractor) -> list[tuple[str, str, Any]]:
    (message,) = extractor.process([Message.build(text)])
    return [
        (entity["entity"], text[entity["start"] : entity["end"]], entity["value"])
        for entity in message.get(ENTITIES)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第二医保咋报", [("service", "第二医保", "医疗互助")]),
        ("醫療互助", [("service", "醫療互助", "医疗互助")]),
        ("我在塘栖上班", [("town", "塘栖", {"name": "塘栖镇", "district": "临平区"})]),
        ("余杭街道", [("town", "余杭街道", {"name": "余杭街道", "district": "余杭区"})]),
        ("HR逼我", [("role", "HR", "人事")]),
        ("跑美团的", [("employer", "美团", "美团")]),
        ("工会经费", [("service", "工会经费", "工会经费")]),
        ("老张五金厂", [("employer", "老张五金厂", "老张五金厂")]),
        ("chrome", []),
        ("小时工资", []),
        ("你好", []),
    ],
)
def test_names(
    text: str, expected: list[tuple[str, str, Any]], extractor: LexiconExtractor
) -> None:
    assert entities(text, extractor) == expected


def test_a_long_text_is_read_in_one_pass(extractor: LexiconExtractor) -> None:
    assert len(entities("医疗互助厂" * 2000, extractor)) == 2000


@pytest.mark.parametrize("name", ["service", "town", "role", "employer"])
def test_no_written_form_stands_for_two_names(name: str) -> None:
    content = yaml.safe_load((LEXICON / f"{name}.yml").read_text(encoding="utf-8"))
    forms: dict[str, str] = {}
    for canonical, entry in content.items():
        written = entry["written"] if name == "town" else entry
        for form in (canonical, *written):
            assert forms.setdefault(fold(form), canonical) == canonical
