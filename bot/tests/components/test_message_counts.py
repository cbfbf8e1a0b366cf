from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.message_counts import MessageCounts

SETTINGS = {"analyzer": "char", "min_ngram": 1, "max_ngram": 3}
TEXTS = ["工资 怎么 算", "加班 工资", "年假 怎么 请"]


def message(text: str) -> Message:
    tokens = [Token(word, text.index(word)) for word in text.split()]
    return Message({TEXT: text, INTENT: "ask", TOKENS_NAMES[TEXT]: tokens})


def features(
    featurizer: type[CountVectorsFeaturizer], storage: LocalModelStorage, text: str
) -> Message:
    """A message as a trained and stored featurizer of the class reads it."""
    resource = Resource(featurizer.__name__)
    context = ExecutionContext(GraphSchema({}), node_name=featurizer.__name__)
    config = {**featurizer.get_default_config(), **SETTINGS}
    featurizer.create(config, storage, resource, context).train(
        TrainingData([message(each) for each in TEXTS])
    )
    loaded = featurizer.load(config, storage, resource, context)
    (made,) = loaded.process([message(text)])
    return made


@pytest.mark.parametrize("text", ["工资 怎么 算", "加班 怎么 请 假 12", "今天"])
def test_a_message_is_counted_as_by_the_stock_featurizer(text: str, tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    ours, stock = (
        features(each, storage, text) for each in (MessageCounts, CountVectorsFeaturizer)
    )
    tokens, sentence = ours.get_sparse_features(TEXT)
    assert tokens is None
    expected = stock.get_sparse_features(TEXT)[1].features
    assert np.array_equal(sentence.features.toarray(), expected.toarray())


def test_an_empty_message_has_no_counts(tmp_path: Path) -> None:
    made = features(MessageCounts, LocalModelStorage.create(tmp_path), "")
    assert made.get_sparse_features(TEXT) == (None, None)
