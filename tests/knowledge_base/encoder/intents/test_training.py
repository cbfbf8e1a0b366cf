"""Training on a model small enough for a test; the real one takes minutes on a GPU."""

import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from knowledge_base.cli import main
from knowledge_base.encoder.intents import training
from knowledge_base.encoder.intents.adapter import DOWN, UP, IntentAdapter
from knowledge_base.encoder.intents.training import (
    IntentExample,
    IntentTrainingSettings,
    accuracy,
    read_examples,
    train_adapter,
)
from knowledge_base.encoder.training.base import Base
from tests.knowledge_base.encoder.intents import FILLERS

EXAMPLES = [
    IntentExample(f"{filler} {word} {FILLERS[-place]}", intent, place % 5)
    for place, filler in enumerate(FILLERS)
    for word, intent in (("pay", "wage"), ("sick", "leave"))
]
SETTINGS = IntentTrainingSettings(
    layers=2, rank=4, alpha=8, learning_rate=1e-2, head_learning_rate=1e-2, batch=8, epochs=6
)


def write(path: Path, examples: Sequence[IntentExample]) -> Path:
    lines = [json.dumps(asdict(each)) for each in examples]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_examples_are_read_in_their_order(tmp_path: Path) -> None:
    assert read_examples(write(tmp_path / "examples.jsonl", EXAMPLES)) == EXAMPLES


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not JSON",
        '["text", "intent"]',
        '{"text": "pay", "intent": "wage"}',
        '{"text": "pay", "intent": "wage", "fold": 5}',
        '{"text": "", "intent": "wage", "fold": 0}',
        '{"text": 1, "intent": "wage", "fold": 0}',
        '{"text": "pay", "intent": "wage", "fold": 0, "more": 1}',
        '{"text": "\udcff", "intent": "wage", "fold": 0}',
    ],
)
def test_a_line_of_anything_else_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    good = b'{"text": "pay", "intent": "wage", "fold": 0}\n'
    path.write_bytes(good + line.encode("utf-8", "surrogateescape") + b"\n" + good)
    with pytest.raises(ValueError, match=r"examples\.jsonl:2: "):
        read_examples(path)


def test_training_learns_to_tell_intents_apart_and_leaves_the_base_unchanged(
    base: Base, tmp_path: Path
) -> None:
    before = copy.deepcopy(base.model.state_dict())
    seen: list[tuple[int, int]] = []
    adapter = train_adapter(
        base, EXAMPLES, SETTINGS, lambda step, steps, _loss: seen.append((step, steps))
    )
    after = base.model.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert not base.model.training
    assert len(base.model.encoder.layer) == base.model.config.num_hidden_layers == 7
    assert seen == [(step, 18) for step in range(1, 19)]
    adapter.save(tmp_path / "adapter.safetensors")
    unseen = [
        IntentExample("w3 pay w5 w2", "wage", 0),
        IntentExample("sick w7", "leave", 0),
        IntentExample("w1 w1 w4 pay", "wage", 0),
        IntentExample("w9 w2 w6 sick", "leave", 0),
    ]
    assert accuracy(base, IntentAdapter.load(tmp_path / "adapter.safetensors"), unseen) == 1


def test_the_adapters_have_the_names_and_shapes_of_the_first_layers(base: Base) -> None:
    adapter = train_adapter(base, EXAMPLES[:4], SETTINGS)
    assert (adapter.labels, adapter.layers, adapter.scale) == (("leave", "wage"), 2, 2.0)
    modules = [
        f"encoder.layer.{layer}.{name}"
        for layer in range(2)
        for name in (
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense",
        )
    ]
    assert set(adapter.low_rank) == {f"{name}{end}" for name in modules for end in (DOWN, UP)}
    assert adapter.low_rank["encoder.layer.1.intermediate.dense" + DOWN].shape == (4, 32)
    assert adapter.low_rank["encoder.layer.1.intermediate.dense" + UP].shape == (64, 4)
    assert adapter.low_rank["encoder.layer.1.intermediate.dense" + UP].abs().max() > 0
    assert adapter.head_weight.shape == (2, 32)
    assert adapter.head_bias.shape == (2,)


def test_the_middle_of_a_long_text_is_not_read(base: Base) -> None:
    adapter = train_adapter(base, EXAMPLES, SETTINGS)
    filler = "w1 " * 27
    wage = filler + "sick " * 40 + filler + "pay pay pay pay"
    assert accuracy(base, adapter, [IntentExample(wage, "wage", 0)]) == 1


def test_what_cannot_be_trained_is_an_error(base: Base) -> None:
    with pytest.raises(ValueError, match="no examples"):
        train_adapter(base, [], SETTINGS)
    with pytest.raises(ValueError, match="no 8 layers"):
        train_adapter(base, EXAMPLES, IntentTrainingSettings(layers=8))


def test_training_goes_on_from_what_was_learned(base: Base) -> None:
    first = train_adapter(base, EXAMPLES, SETTINGS)
    losses: list[float] = []
    one = replace(SETTINGS, epochs=1, learning_rate=1e-4, head_learning_rate=1e-4)
    more = [*EXAMPLES, IntentExample("pay pay", "wage", 0)]
    second = train_adapter(base, more, one, lambda _step, _steps, loss: losses.append(loss), first)
    assert accuracy(base, second, EXAMPLES) == 1
    assert losses[0] < 0.5  # of two intents, before anything is learned: 0.69
    moved = (second.head_weight - first.head_weight).abs().max()
    assert 0 < moved < 0.01
    assert second.low_rank.keys() == first.low_rank.keys()


def test_training_goes_on_from_nothing_else(base: Base) -> None:
    first = train_adapter(base, EXAMPLES[:4], SETTINGS)
    others = [*EXAMPLES, IntentExample("w1", "other", 0)]
    for examples, settings in (
        (others, SETTINGS),
        (EXAMPLES, replace(SETTINGS, layers=1)),
        (EXAMPLES, replace(SETTINGS, rank=2)),
    ):
        with pytest.raises(ValueError, match="to start from"):
            train_adapter(base, examples, settings, start=first)


@pytest.fixture
def trained_on(base: Base, monkeypatch: pytest.MonkeyPatch) -> list[list[IntentExample]]:
    """What the command trained on, one list a call."""
    calls: list[list[IntentExample]] = []
    train: Callable[..., IntentAdapter] = train_adapter

    def spy(base: Base, examples: list[IntentExample], *others: object) -> IntentAdapter:
        calls.append(examples)
        return train(base, examples, *others)

    monkeypatch.setattr("knowledge_base.encoder.unpack.load_base", lambda: base)
    monkeypatch.setattr(training, "train_adapter", spy)
    return calls


def test_the_command_leaves_a_fold_out(
    trained_on: list[list[IntentExample]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = write(tmp_path / "examples.jsonl", EXAMPLES), tmp_path / "out"
    assert main(["finetune-intents", str(path), str(out)]) == 0
    assert "accuracy" not in capsys.readouterr().out
    assert main(["finetune-intents", str(path), str(out), "--fold", "2"]) == 0
    left_out = [each for each in EXAMPLES if each.fold == 2]
    assert f"accuracy on {len(left_out)} left-out examples: " in capsys.readouterr().out
    assert trained_on == [EXAMPLES, [each for each in EXAMPLES if each not in left_out]]
    assert 0 < len(left_out) < len(EXAMPLES)
    assert IntentAdapter.load(out / "fold-2.safetensors").layers == 6
    record = json.loads((out / "training.json").read_text("utf-8"))
    assert set(record) == {"all.safetensors", "fold-2.safetensors"}
    assert record["all.safetensors"]["examples"] == len(EXAMPLES)
    assert record["fold-2.safetensors"]["left_out"] == len(left_out)
    assert 0 <= record["fold-2.safetensors"]["accuracy"] <= 1
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert {each["examples_sha256"] for each in record.values()} == {digest}


def test_the_command_goes_on_from_the_adapters_of_the_same_name(
    trained_on: list[list[IntentExample]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = write(tmp_path / "examples.jsonl", EXAMPLES), tmp_path / "out"
    command = ["finetune-intents", str(path), str(out), "--fold", "2"]
    assert main(command) == 0
    digest = hashlib.sha256((out / "fold-2.safetensors").read_bytes()).hexdigest()
    assert main([*command, "--start", str(out), "--epochs", "1", "--learning-rate", "0.0005"]) == 0
    record = json.loads((out / "training.json").read_text("utf-8"))["fold-2.safetensors"]
    assert record["started_from_sha256"] == digest
    assert record["settings"]["epochs"] == 1
    assert record["settings"]["learning_rate"] == record["settings"]["head_learning_rate"] == 5e-4
    assert len(trained_on) == 2
    assert main([*command[:-1], "1", "--start", str(out)]) == 1
    assert "fold-1" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{}\n", ""])
def test_the_command_says_what_is_wrong_with_the_examples(
    content: str,
    trained_on: list[list[IntentExample]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(content, encoding="utf-8")
    assert main(["finetune-intents", str(path), str(tmp_path / "out")]) == 1
    assert "examples.jsonl" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert trained_on == []
