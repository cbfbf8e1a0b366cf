from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from components import kernel_classifier
from components.kernel_classifier import KernelClassifier

EXAMPLES = {
    "greet": ["你好", "您好", "早上好", "你好呀", "早啊"],
    "ask": ["工资怎么算", "工资多少", "加班工资多少", "年假怎么算", "产假怎么请"],
    "danger": ["我要跳楼", "我想跳楼了", "不想活了", "跳楼算了", "活不下去"],
}
CHARACTERS = sorted(
    {character for texts in EXAMPLES.values() for text in texts for character in text}
)
PATTERN = {"name": "danger", "pattern": "跳楼|活不"}
RESOURCE = Resource("classifier")


def message(text: str, intent: str | None = None) -> Message:
    counts = np.array([[text.count(character) for character in CHARACTERS]])
    numbers = [text.count("工"), text.count("好"), text.count("跳"), len(text), text.count("怎"), 1]
    vector = np.array([numbers], float)
    made = Message({TEXT: text, INTENT: intent} if intent else {TEXT: text})
    made.add_features(Features(csr_matrix(counts), "sentence", TEXT, "ngrams"))
    made.add_features(Features(vector, "sentence", TEXT, "vectors"))
    return made


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def trained(storage: LocalModelStorage) -> KernelClassifier:
    component = KernelClassifier(KernelClassifier.get_default_config(), storage, RESOURCE)
    examples = [message(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    component.train(TrainingData(examples, regex_features=[PATTERN]))
    return component


def read(component: KernelClassifier, text: str) -> Message:
    (made,) = component.process([message(text)])
    return made


@pytest.mark.parametrize(
    ("text", "intent"), [("你好你好", "greet"), ("加班怎么算", "ask"), ("我要跳楼了", "danger")]
)
def test_what_is_alike_is_recognised(trained: KernelClassifier, text: str, intent: str) -> None:
    assert read(trained, text).get(INTENT)["name"] == intent


def test_confidences_are_ordered_and_add_up_to_one(trained: KernelClassifier) -> None:
    confidences = [each["confidence"] for each in read(trained, "早").get(INTENT_RANKING_KEY)]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1)


def test_a_pattern_counts_in_any_spelling(trained: KernelClassifier) -> None:
    confidence = {
        text: next(
            each["confidence"]
            for each in read(trained, text).get(INTENT_RANKING_KEY)
            if each["name"] == "danger"
        )
        for text in ("跳樓", "跳高")
    }
    assert confidence["跳樓"] > confidence["跳高"]


def test_what_was_stored_answers_alike_and_is_no_pickle(
    trained: KernelClassifier, storage: LocalModelStorage
) -> None:
    context = ExecutionContext(GraphSchema({}))
    loaded = KernelClassifier.load(
        KernelClassifier.get_default_config(), storage, RESOURCE, context
    )
    before = read(trained, "年假多少").get(INTENT_RANKING_KEY)
    after = read(loaded, "年假多少").get(INTENT_RANKING_KEY)
    assert [each["name"] for each in before] == [each["name"] for each in after]
    assert [each["confidence"] for each in before] == pytest.approx(
        [each["confidence"] for each in after], abs=1e-6
    )
    with storage.read_from(RESOURCE) as directory:
        assert sorted(path.suffix for path in directory.iterdir()) == [".json", ".npz"]
        with np.load(directory / "arrays.npz", allow_pickle=False) as arrays:
            assert all(array.dtype != object for array in arrays.values())


def test_an_empty_message_is_left_alone(trained: KernelClassifier) -> None:
    empty = Message({TEXT: ""})
    assert trained.process([empty])[0].get(INTENT) is None


def test_the_vectors_of_each_depth_count_by_their_weight(storage: LocalModelStorage) -> None:
    """Two intents that only the second depth tells apart."""
    first, second = np.eye(2), np.eye(2)
    examples = {
        intent: [np.concatenate([first[i % 2], second[of]]) for i in range(8)]
        for of, intent in enumerate(("left", "right"))
    }

    def made(vector: np.ndarray, intent: str | None = None) -> Message:
        told = Message({TEXT: "词", INTENT: intent} if intent else {TEXT: "词"})
        told.add_features(Features(csr_matrix([[1]]), "sentence", TEXT, "ngrams"))
        told.add_features(Features(vector[np.newaxis], "sentence", TEXT, "vectors"))
        return told

    def confidence(weights: list[float]) -> float:
        config = {**KernelClassifier.get_default_config(), "vector_weights": weights}
        component = KernelClassifier(config, storage, RESOURCE)
        data = [made(vector, intent) for intent, all_ in examples.items() for vector in all_]
        component.train(TrainingData(data))
        (read,) = component.process([made(np.concatenate([first[0], second[1]]))])
        ranking = read.get(INTENT_RANKING_KEY)
        return float(next(each["confidence"] for each in ranking if each["name"] == "right"))

    assert confidence([1.0, 0.0]) == pytest.approx(0.5, abs=0.01)
    assert confidence([1.0, 1.0]) > 0.9


def test_without_vectors_the_rest_decides(storage: LocalModelStorage) -> None:
    component = KernelClassifier(KernelClassifier.get_default_config(), storage, RESOURCE)
    examples = [message(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    for each in examples:
        each.features = [feature for feature in each.features if feature.is_sparse()]
    component.train(TrainingData(examples, regex_features=[PATTERN]))
    asked = message("加班怎么算")
    asked.features = [feature for feature in asked.features if feature.is_sparse()]
    assert component.process([asked])[0].get(INTENT)["name"] == "ask"


def test_a_message_without_vectors_is_read_by_the_rest(trained: KernelClassifier) -> None:
    asked = message("加班怎么算")
    asked.features = [feature for feature in asked.features if feature.is_sparse()]
    assert trained.process([asked])[0].get(INTENT)["name"] == "ask"


def test_a_model_of_another_version_is_refused(
    trained: KernelClassifier, storage: LocalModelStorage
) -> None:
    with storage.write_to(RESOURCE) as directory:
        with np.load(directory / "arrays.npz") as arrays:
            older = {name: array for name, array in arrays.items() if name != "axes"}
        np.savez_compressed(directory / "arrays.npz", **older)
    config, context = KernelClassifier.get_default_config(), ExecutionContext(GraphSchema({}))
    with pytest.raises(ValueError, match="another version"):
        KernelClassifier.load(config, storage, RESOURCE, context)


@pytest.mark.parametrize("block", [1, 7, 40, 64])
def test_the_solution_and_the_diagonal_of_the_inverse_whatever_the_blocks(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(kernel_classifier, "_BLOCK", block)
    random = np.random.default_rng(1)
    rows = random.normal(size=(40, 60))
    matrix, targets = rows @ rows.T, random.normal(size=(40, 3))
    solution, diagonal = kernel_classifier._solved(matrix.copy(), targets)
    inverse = np.linalg.inv(matrix)
    np.testing.assert_allclose(solution, inverse @ targets, rtol=1e-6)
    np.testing.assert_allclose(diagonal, np.diag(inverse), rtol=1e-6)


def test_what_is_not_positive_definite_is_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        kernel_classifier._solved(np.array([[1.0, 2.0], [2.0, 1.0]]), np.ones((2, 1)))
