import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_RANKING_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from comparison.linear_classifier import LinearClassifier

EXAMPLES = {
    "greet": ["你好", "您好", "在吗你好", "早上好"],
    "thank": ["谢谢", "多谢你", "谢谢啦", "太谢谢了"],
    "stop": ["取消", "取消吧", "不要取消了", "算了取消"],
}
NEW = {"greet": "您好在吗", "thank": "多谢啦", "stop": "那取消"}
ALPHABET = sorted(
    {character for texts in EXAMPLES.values() for text in texts for character in text}
)
DIRECTIONS = {"好": 0, "谢": 1, "消": 2}
RESOURCE = Resource("classifier")

DENSE_AND_SPARSE = [(True, True), (True, False), (False, True)]


def featurized(text: str, intent: str | None = None, *, dense: bool, sparse: bool) -> Message:
    """A message with counts of its characters, and a vector that tells the intents apart."""
    message = Message.build(text, intent=intent)
    if sparse:
        counts = np.array([[text.count(character) for character in ALPHABET]])
        message.add_features(Features(csr_matrix(counts), FEATURE_TYPE_SENTENCE, TEXT, "counts"))
    if dense:
        vector = np.full((1, 4), 0.1)
        for character, direction in DIRECTIONS.items():
            vector[0, direction] += text.count(character)
        message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, "vector"))
    return message


def training_data(*, dense: bool = True, sparse: bool = True) -> TrainingData:
    return TrainingData(
        [
            featurized(text, intent, dense=dense, sparse=sparse)
            for intent, texts in EXAMPLES.items()
            for text in texts
        ]
    )


@pytest.fixture
def arguments(tmp_path: Path) -> Any:
    """What Rasa creates and loads a component with."""
    config = LinearClassifier.get_default_config()
    storage = LocalModelStorage.create(tmp_path)
    return config, storage, RESOURCE, ExecutionContext(GraphSchema({}))


def trained(arguments: Any, **features: bool) -> LinearClassifier:
    classifier = LinearClassifier.create(*arguments)
    assert classifier.train(training_data(**features)) == RESOURCE
    return classifier


def classified(classifier: LinearClassifier, text: str, **features: bool) -> Message:
    (message,) = classifier.process(
        [featurized(text, **{"dense": True, "sparse": True, **features})]
    )
    return message


@pytest.mark.parametrize(("dense", "sparse"), DENSE_AND_SPARSE)
def test_new_messages_get_their_intent(arguments: Any, dense: bool, sparse: bool) -> None:
    features = {"dense": dense, "sparse": sparse}
    classifier = trained(arguments, **features)
    for intent, text in NEW.items():
        assert classified(classifier, text, **features).get(INTENT)["name"] == intent


@pytest.mark.parametrize(("dense", "sparse"), DENSE_AND_SPARSE)
def test_confidences_of_all_intents_add_to_one(arguments: Any, dense: bool, sparse: bool) -> None:
    features = {"dense": dense, "sparse": sparse}
    message = classified(trained(arguments, **features), "你好", **features)
    ranking = message.get(INTENT_RANKING_KEY)
    confidences = [ranked["confidence"] for ranked in ranking]
    assert {ranked["name"] for ranked in ranking} == set(EXAMPLES)
    assert sum(confidences) == pytest.approx(1)
    assert confidences == sorted(confidences, reverse=True)
    assert message.get(INTENT) == ranking[0]


@pytest.mark.parametrize(("dense", "sparse"), DENSE_AND_SPARSE)
def test_loaded_it_answers_as_before(arguments: Any, dense: bool, sparse: bool) -> None:
    features = {"dense": dense, "sparse": sparse}
    before = trained(arguments, **features)
    loaded = LinearClassifier.load(*arguments)
    for text in [*NEW.values(), "没见过的话"]:
        rankings = [
            classified(classifier, text, **features).get(INTENT_RANKING_KEY)
            for classifier in (before, loaded)
        ]
        assert rankings[0] == rankings[1]


def test_the_same_data_gives_the_same_model(arguments: Any) -> None:
    rankings = [classified(trained(arguments), "多谢啦").get(INTENT_RANKING_KEY) for _ in range(2)]
    assert rankings[0] == rankings[1]


def test_a_message_of_unknown_characters_is_ranked_too(arguments: Any) -> None:
    message = classified(trained(arguments, dense=False), "甲乙丙", dense=False)
    assert sum(each["confidence"] for each in message.get(INTENT_RANKING_KEY)) == pytest.approx(1)


def test_rare_intents_count_as_much_as_frequent_ones(arguments: Any) -> None:
    config, *others = arguments
    frequent = [
        featurized(f"你好{character}", "greet", dense=False, sparse=True) for character in ALPHABET
    ]
    data = TrainingData([*training_data(dense=False).training_examples, *frequent])
    shares = {}
    for balanced in (True, False):
        classifier = LinearClassifier.create({**config, "balanced": balanced}, *others)
        classifier.train(data)
        ranking = classified(classifier, "甲乙丙", dense=False).get(INTENT_RANKING_KEY)
        shares[balanced] = {each["name"]: each["confidence"] for each in ranking}["greet"]
    assert shares[True] < shares[False]


def test_what_all_vectors_have_in_common_tells_nothing(arguments: Any) -> None:
    rankings = []
    for common in (0.0, 5.0):
        data = training_data(sparse=False)
        message = featurized("多谢啦", dense=True, sparse=False)
        for each in (*data.training_examples, message):
            each.features[0].features += common
        classifier = LinearClassifier.create(*arguments)
        classifier.train(data)
        classifier.process([message])
        rankings.append([each["confidence"] for each in message.get(INTENT_RANKING_KEY)])
    assert rankings[0] == pytest.approx(rankings[1])


def test_examples_without_an_intent_teach_nothing(arguments: Any) -> None:
    data = training_data()
    stray = featurized("没有标签", dense=True, sparse=True)
    classifier = LinearClassifier.create(*arguments)
    classifier.train(TrainingData([*data.training_examples, stray]))
    ranking = classified(classifier, "你好").get(INTENT_RANKING_KEY)
    assert {ranked["name"] for ranked in ranking} == set(EXAMPLES)


def test_a_message_without_text_is_left_alone(arguments: Any) -> None:
    (message,) = trained(arguments).process([Message({})])
    assert message.get(INTENT) is None


def test_what_is_stored_holds_no_pickle(arguments: Any) -> None:
    trained(arguments)
    _, storage, *_ = arguments
    with storage.read_from(RESOURCE) as directory:
        assert {path.name for path in directory.iterdir()} == {"arrays.npz", "labels.json"}
        assert json.loads((directory / "labels.json").read_text("utf-8")) == sorted(EXAMPLES)
        with np.load(directory / "arrays.npz", allow_pickle=False) as arrays:
            assert all(np.issubdtype(arrays[name].dtype, np.number) for name in arrays.files)


def test_a_model_without_it_cannot_be_loaded(arguments: Any) -> None:
    with pytest.raises(ValueError, match="classifier"):
        LinearClassifier.load(*arguments)
