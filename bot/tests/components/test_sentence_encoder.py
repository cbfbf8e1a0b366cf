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

from components.sentence_encoder import MAX_CHARACTERS, SentenceEncoder, encode

DIMENSIONS = 384
HALF = MAX_CHARACTERS // 2


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    return SentenceEncoder.create(
        SentenceEncoder.get_default_config(),
        LocalModelStorage.create(tmp_path_factory.mktemp("storage")),
        Resource("encoder"),
        ExecutionContext(GraphSchema({}), node_name="encoder"),
    )


def tokenized(text: str) -> Message:
    """A message in which each character is a token."""
    message = Message.build(text)
    message.set(TOKENS_NAMES[TEXT], [Token(text[i], i) for i in range(len(text))])
    return message


def sentence(message: Message) -> np.ndarray:
    return np.asarray(message.get_dense_features(TEXT)[1].features)


@pytest.mark.parametrize("text", ["医疗互助怎么报", "8000", "😀", "a" * 500, "工" * 2000])
def test_a_vector_has_length_one(text: str) -> None:
    vector = encode(text)
    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_the_same_text_has_the_same_vector() -> None:
    first = encode("医疗互助怎么报")
    encode("别的问题")
    np.testing.assert_array_equal(first, encode("医疗互助怎么报"))


def test_like_meanings_lie_closer_than_others() -> None:
    asked, alike, other = map(encode, ("医疗互助怎么报销", "住院的互助金如何申请", "明天下雨吗"))
    assert asked @ alike > asked @ other


def test_of_a_long_text_both_ends_are_read() -> None:
    start, end = "老板拖了我两个月工资" * 8, "这种事情应该去找哪个管" * 8
    start, end = start[:HALF], end[-HALF:]
    both = encode(start + end)
    np.testing.assert_array_equal(both, encode(start + "中间的话" * 100 + end))
    assert not np.array_equal(both, encode(start + "中间的话" * 100))
    assert not np.array_equal(both, encode("中间的话" * 100 + end))


def test_a_text_of_the_greatest_length_is_read_whole() -> None:
    whole = "一二三四五六七八" * (MAX_CHARACTERS // 8)
    changed = whole[:HALF] + "九" + whole[HALF + 1 :]
    assert not np.array_equal(encode(whole), encode(changed))


def test_messages_get_a_vector_for_the_whole_and_for_each_token(encoder: SentenceEncoder) -> None:
    (message,) = encoder.process([tokenized("年假怎么休")])
    sequence, whole = (each.features for each in message.get_dense_features(TEXT))
    assert whole.shape == (1, DIMENSIONS)
    assert sequence.shape == (5, DIMENSIONS)
    np.testing.assert_array_equal(sequence, np.repeat(whole, 5, axis=0))
    np.testing.assert_array_equal(whole[0], encode("年假怎么休"))


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


def test_what_has_no_tokens_gets_no_features(encoder: SentenceEncoder) -> None:
    (message,) = encoder.process([Message.build("年假怎么休")])
    assert message.get_dense_features(TEXT) == (None, None)
