from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.intent_reader import reader
from components.sentence_encoder import SentenceEncoder

DIMENSIONS = 3 * 384


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a component is made with."""
    return {
        "config": SentenceEncoder.get_default_config(),
        "model_storage": LocalModelStorage.create(tmp_path_factory.mktemp("storage")),
        "resource": Resource("encoder"),
        "execution_context": ExecutionContext(GraphSchema({}), node_name="encoder"),
    }


@pytest.fixture(scope="module")
def encoder(place: dict[str, Any]) -> SentenceEncoder:
    return SentenceEncoder.create(**place)


def tokenized(text: str) -> Message:
    """A message in which each character is a token."""
    message = Message.build(text)
    message.set(TOKENS_NAMES[TEXT], [Token(text[i], i) for i in range(len(text))])
    return message


def sentence(message: Message) -> np.ndarray:
    return np.asarray(message.get_dense_features(TEXT)[1].features)


def test_messages_get_a_vector_for_the_whole_and_for_each_token(encoder: SentenceEncoder) -> None:
    (message,) = encoder.process([tokenized("年假怎么休")])
    sequence, whole = (each.features for each in message.get_dense_features(TEXT))
    assert whole.shape == (1, DIMENSIONS)
    assert sequence.shape == (5, DIMENSIONS)
    np.testing.assert_array_equal(sequence, np.repeat(whole, 5, axis=0))
    np.testing.assert_array_equal(whole[0], reader().vectors("年假怎么休").ravel())


@pytest.mark.parametrize(
    ("written", "usual"), [("加班費怎麼算", "加班费怎么算"), ("ＨＲ逼我签字", "hr逼我签字")]
)
def test_spelling_makes_no_difference(written: str, usual: str, encoder: SentenceEncoder) -> None:
    vectors = [sentence(each) for each in encoder.process([tokenized(written), tokenized(usual)])]
    np.testing.assert_array_equal(*vectors)


def test_training_examples_get_what_messages_get(encoder: SentenceEncoder) -> None:
    example, message = tokenized("年假怎么休"), tokenized("年假怎么休")
    encoder.process_training_data(TrainingData([example]))
    encoder.process([message])
    np.testing.assert_array_equal(sentence(example), sentence(message))


def test_many_examples_get_what_each_would_get_alone(encoder: SentenceEncoder) -> None:
    texts = ["年假怎么休", "加班怎么算", "工伤怎么报", "我要找真人说话"]
    together, alone = [tokenized(text) for text in texts], [tokenized(text) for text in texts]
    encoder.process_training_data(TrainingData(together))
    for message in alone:
        encoder.process([message])
    for one, other in zip(together, alone, strict=True):
        # Not to the last bit: several at once are added up in another order.
        np.testing.assert_allclose(sentence(one), sentence(other), atol=0.01)


def test_what_has_no_tokens_gets_no_features(encoder: SentenceEncoder) -> None:
    (message,) = encoder.process([Message.build("年假怎么休")])
    assert message.get_dense_features(TEXT) == (None, None)


def test_a_trained_model_loads_with_the_reader_it_was_trained_with(
    encoder: SentenceEncoder, place: dict[str, Any]
) -> None:
    encoder.train(TrainingData([tokenized("年假怎么休")]))
    (message,) = SentenceEncoder.load(**place).process([tokenized("年假怎么休")])
    np.testing.assert_array_equal(sentence(message)[0], reader().vectors("年假怎么休").ravel())


def test_a_model_of_other_vectors_is_refused(
    encoder: SentenceEncoder, place: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = SentenceEncoder.fingerprint_addon(place["config"])
    encoder.train(TrainingData([tokenized("年假怎么休")]))
    monkeypatch.setattr(reader(), "encoder", "other")
    with pytest.raises(ValueError, match="another reader"):
        SentenceEncoder.load(**place)
    # What Rasa keeps of earlier trainings is not used, either.
    assert SentenceEncoder.fingerprint_addon(place["config"]) != before
