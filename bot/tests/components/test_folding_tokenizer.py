from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.folding_tokenizer import FoldingTokenizer

RESOURCE = Resource("tokenizer")


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def tokenizer(storage: LocalModelStorage) -> FoldingTokenizer:
    return FoldingTokenizer(FoldingTokenizer.get_default_config(), storage, RESOURCE)


def tokens(text: str, tokenizer: FoldingTokenizer) -> list[Token]:
    (message,) = tokenizer.process([Message.build(text)])
    return list(message.get(TOKENS_NAMES[TEXT]))


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("加班費怎麼算", "加班费怎么算"),
        ("HR逼我簽字", "hr逼我签字"),
        ("ＨＲ让我走人", "hr让我走人"),
        ("月薪６０００", "月薪6000"),
        ("N＋1是啥", "n+1是啥"),
        ("欠我伍万", "欠我五万"),
    ],
)
def test_lemmas_are_those_of_the_usual_spelling(
    written: str, usual: str, tokenizer: FoldingTokenizer
) -> None:
    lemmas = [token.lemma for token in tokens(written, tokenizer)]
    assert lemmas == [token.lemma for token in tokens(usual, tokenizer)]
    assert "".join(lemmas) == usual


@pytest.mark.parametrize(
    "text", ["加班費怎麼算", "ＨＲ 让我走人", "N＋1 是啥😀", "😀你好 ＧＳ算伐", " 月薪６０００ "]
)
def test_tokens_keep_what_was_written_and_where(text: str, tokenizer: FoldingTokenizer) -> None:
    found = tokens(text, tokenizer)
    assert [token.text for token in found] == [text[each.start : each.end] for each in found]
    assert "".join(token.text for token in found) == text


def test_plain_text_is_its_own_lemma(tokenizer: FoldingTokenizer) -> None:
    assert all(token.lemma == token.text for token in tokens("年假怎么休", tokenizer))


def test_the_dictionary_comes_with_the_model(storage: LocalModelStorage, tmp_path: Path) -> None:
    directory = tmp_path / "dictionary"
    directory.mkdir()
    (directory / "words.txt").write_text("蹴鞠补贴券 100000\n", encoding="utf-8")
    config = {**FoldingTokenizer.get_default_config(), "dictionary_path": str(directory)}
    arguments: Any = (config, storage, RESOURCE, ExecutionContext(GraphSchema({})))
    FoldingTokenizer.create(*arguments).train(TrainingData([]))
    (directory / "words.txt").unlink()
    loaded = FoldingTokenizer.load(*arguments)
    assert "蹴鞠补贴券" in [token.lemma for token in tokens("蹴鞠補貼券怎么领", loaded)]
    with storage.read_from(RESOURCE) as stored:
        assert [path.name for path in stored.iterdir()] == ["words.txt"]
