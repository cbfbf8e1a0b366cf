from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.vocabulary_check import VocabularyCheck

EXAMPLES = ["你好", "医疗互助怎么报销", "hr 逼我签字", "12351是什么电话", "n+1"]
RESOURCE = Resource("vocabulary")


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def tokenizer(storage: LocalModelStorage) -> JiebaTokenizer:
    return JiebaTokenizer(JiebaTokenizer.get_default_config(), storage, Resource("tokenizer"))


@pytest.fixture
def check(storage: LocalModelStorage, tokenizer: JiebaTokenizer) -> VocabularyCheck:
    """Trained, stored and loaded again."""
    context = ExecutionContext(GraphSchema({}))
    arguments: Any = (VocabularyCheck.get_default_config(), storage, RESOURCE, context)
    data = TrainingData([Message.build(text, intent="x") for text in EXAMPLES])
    tokenizer.process_training_data(data)
    VocabularyCheck.create(*arguments).train(data)
    return VocabularyCheck.load(*arguments)


def classified(text: str, tokenizer: JiebaTokenizer) -> Message:
    message = Message.build(text)
    tokenizer.process([message])
    intent = {"name": "greet", "confidence": 0.99}
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
    return message


@pytest.mark.parametrize(
    "text",
    ["😀😀", "👍", "。。。", "？", "asdfgh", "5", "111111", "αβγ", "안녕하세요", "🤖好🤖🤖"],
)
def test_unknown_text_falls_back(
    text: str, check: VocabularyCheck, tokenizer: JiebaTokenizer
) -> None:
    message = classified(text, tokenizer)
    check.process([message])
    fallback = FallbackClassifier(FallbackClassifier.get_default_config())
    (message,) = fallback.process([message])
    assert message.get(INTENT)["name"] == "nlu_fallback"


@pytest.mark.parametrize(
    "text", ["你好", "你好😀", "医疗报销？", "HR", "12351", "N+1", "互助怎么报 2万3", "ｈｒ"]
)
def test_known_text_stays(text: str, check: VocabularyCheck, tokenizer: JiebaTokenizer) -> None:
    message = classified(text, tokenizer)
    check.process([message])
    assert message.get(INTENT) == {"name": "greet", "confidence": 0.99}


def test_messages_keep_their_text(check: VocabularyCheck, tokenizer: JiebaTokenizer) -> None:
    messages = [classified(text, tokenizer) for text in ("😀", "你好")]
    assert [message.get(TEXT) for message in check.process(messages)] == ["😀", "你好"]
