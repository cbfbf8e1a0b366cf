import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from components import intent_reader
from components.intent_reader import DIRECTORY, MAX_CHARACTERS, IntentReader, reader

DIMENSIONS = 384
HALF = MAX_CHARACTERS // 2


def vector_of(text: str) -> np.ndarray:
    return np.asarray(reader().vectors(text)[0])


@pytest.fixture
def restored() -> Iterator[None]:
    yield
    intent_reader.use(DIRECTORY)


@pytest.mark.parametrize(
    "text",
    ["医疗互助怎么报", "8000", "😀", "a" * 500, "工" * 2000],
    ids=["words", "figure", "emoji", "letters", "long"],
)
def test_a_vector_has_length_one(text: str) -> None:
    vectors = reader().vectors(text)
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    np.testing.assert_array_equal(vector_of(text), vectors[0])


def test_the_same_text_has_the_same_vector() -> None:
    first = vector_of("医疗互助怎么报")
    vector_of("别的问题")
    np.testing.assert_array_equal(first, vector_of("医疗互助怎么报"))


def test_many_have_the_vectors_that_each_has_alone() -> None:
    texts = [f"加班费怎么算{number}" for number in range(40)] + ["年假几天", "年假几天"]
    found = reader().vectors_of(texts)
    for text in texts:
        assert found[text].dtype == np.float32
        cosines = (found[text] * reader().vectors(text)).sum(axis=1)
        assert cosines == pytest.approx(1, abs=1e-3)


def test_what_was_learned_serves_the_next_training(restored: None) -> None:
    text = "年假没休完能不能折现"
    before = reader().vectors_of([text])[text]
    intent_reader.use(DIRECTORY)
    assert reader().vectors_of([text])[text] is before


def test_like_meanings_lie_closer_than_others() -> None:
    asked, alike, other = map(vector_of, ("医疗互助怎么报销", "住院的互助金如何申请", "明天下雨吗"))
    assert asked @ alike > asked @ other


def test_of_a_long_text_both_ends_are_read() -> None:
    start, end = "老板拖了我两个月工资" * 8, "这种事情应该去找哪个管" * 8
    start, end = start[:HALF], end[-HALF:]
    both = vector_of(start + end)
    np.testing.assert_array_equal(both, vector_of(start + "中间的话" * 100 + end))
    assert not np.array_equal(both, vector_of(start + "中间的话" * 100))
    assert not np.array_equal(both, vector_of("中间的话" * 100 + end))


def test_a_text_of_the_greatest_length_is_read_whole() -> None:
    whole = "一二三四五六七八" * (MAX_CHARACTERS // 8)
    changed = whole[:HALF] + "九" + whole[HALF + 1 :]
    assert not np.array_equal(vector_of(whole), vector_of(changed))


def test_the_shares_of_the_intents_add_up_to_one() -> None:
    shares = reader().shares("老板拖了我两个月工资")
    assert sum(map(np.exp, shares.values())) == pytest.approx(1, abs=0.01)


def test_the_shares_are_those_of_the_text_whatever_was_read_in_between() -> None:
    texts = ("老板拖了我三个月工资", "年假一年有几天来着")
    alone = []
    for text in texts:
        fresh = IntentReader(DIRECTORY)
        alone.append(fresh.shares(text))
    together = IntentReader(DIRECTORY)
    for text in texts:
        together.vectors(text)
    assert [together.shares(text) for text in texts] == alone


def test_two_threads_may_read_at_once() -> None:
    texts = [f"年假第{number}天没休完怎么办" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        shares = threads.map(reader().shares, texts)
        vectors = threads.map(reader().vectors, texts)
        found = list(zip(shares, vectors, strict=True))
    reader().shares.cache_clear()
    reader().vectors.cache_clear()
    for text, (share, vector) in zip(texts, found, strict=True):
        assert share == reader().shares(text)
        assert np.array_equal(vector, reader().vectors(text))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("昨天人事叫我别来了 干了六年一分钱补偿没有", "legal_case"),
        ("我们车间八十几个人三个月没发工资了", "group_dispute"),
        ("活着没意思 不想活了", "crisis"),
        ("明天天气怎么样", "out_of_scope"),
    ],
)
def test_the_likeliest_intent(text: str, intent: str) -> None:
    shares = reader().shares(text)
    assert max(shares, key=shares.__getitem__) == intent


def test_the_adapters_know_the_intents_of_the_domain() -> None:
    labels = set(json.loads((DIRECTORY / "reader.json").read_text(encoding="utf-8"))["labels"])
    examples = {path.stem for path in Path("data/nlu").glob("*.yml")} - {"patterns"}
    assert labels == examples


def test_the_model_of_another_folder(restored: None, tmp_path: Path) -> None:
    before = reader()
    intent_reader.use(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="make setup"):
        reader()
    intent_reader.use(DIRECTORY)
    assert reader() is not before


def test_a_folder_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reader.json").write_text('{"format": 3}', encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="another version"):
        IntentReader(tmp_path)


def test_a_folder_that_was_not_finished_is_none(tmp_path: Path) -> None:
    (tmp_path / "reader.xml").write_text("<net/>", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        IntentReader(tmp_path)
