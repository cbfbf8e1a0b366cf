import json
import random
from pathlib import Path

import pytest

from knowledge_base.encoder.training.examples import (
    TrainingDataError,
    article_examples,
    batches,
    load_pairs,
    passage_id,
    split_pairs,
)
from tests.knowledge_base.samples import document

PAIR = {"question": "老板不发工资", "positives": [{"title": "第三十条", "text": "应当支付"}]}


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


def test_pairs_are_read(tmp_path: Path) -> None:
    (example,) = load_pairs(write(tmp_path / "pairs.jsonl", PAIR))
    assert example.question == "老板不发工资"
    assert [passage.text for passage in example.passages] == ["第三十条\n应当支付"]
    assert example.owners == {passage_id("第三十条", "应当支付")}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ({"question": "", "positives": PAIR["positives"]}, "question"),
        ({"question": "问", "positives": []}, "positives"),
        ({"question": "问", "positives": [{"title": "题", "text": ""}]}, "positives.0.text"),
        ([], "json"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, rule: str) -> None:
    path = write(tmp_path / "pairs.jsonl", PAIR, line)
    with pytest.raises(TrainingDataError) as caught:
        load_pairs(path)
    assert str(caught.value).startswith(f"{path}:2: [{rule}]")


def test_the_split_depends_on_the_question_alone(tmp_path: Path) -> None:
    lines = [{**PAIR, "question": f"问题{number}"} for number in range(200)]
    examples = load_pairs(write(tmp_path / "pairs.jsonl", *lines))
    training, held_out = split_pairs(examples)
    assert {each.question for each in training}.isdisjoint(each.question for each in held_out)
    assert 20 <= len(held_out) <= 60
    again = split_pairs(list(reversed(examples)))
    assert {each.question for each in again[1]} == {each.question for each in held_out}


def test_an_article_gives_an_example_for_each_way_of_asking() -> None:
    examples = article_examples([document(questions=["年假几天", "休几天年假", "nj几天"])])
    assert [each.question for each in examples] == ["年假几天", "休几天年假", "nj几天"]
    assert examples[0].paraphrases == ("休几天年假", "nj几天")
    assert all(passage.owner == "a" for each in examples for passage in each.passages)


def test_batches_hold_every_example_once() -> None:
    documents = [
        document(
            id=f"d{number}",
            area=f"area{number % 3}",
            questions=[f"问{number}{n}" for n in range(9)],
        )
        for number in range(12)
    ]
    examples = article_examples(documents)
    made = list(batches(examples, 32, random.Random(1)))  # noqa: S311 - an order, not a secret
    found = [each for batch in made for each in batch]
    assert sorted(each.question for each in found) == sorted(each.question for each in examples)
    assert all(len(batch) <= 32 for batch in made)
