import copy
import itertools
import json
from pathlib import Path

import numpy as np
import openvino
import pytest
import torch
from transformers import BertModel

from knowledge_base.cli import main
from knowledge_base.encoder.intents import export
from knowledge_base.encoder.intents.adapter import DOWN, UP, IntentAdapter
from knowledge_base.encoder.intents.export import (
    INTENTS_FILE,
    MARKER,
    MODEL_FILE,
    IntentLayers,
    Reader,
    export_reader,
)
from knowledge_base.encoder.training.base import Base
from knowledge_base.encoder.weights import weights_of

MODULE = "encoder.layer.1.attention.self.query"
TEXTS = [[2, 5, 3, 7], [2, 6, 4], [2, 8]]
Inputs = dict[str, torch.Tensor]


@pytest.fixture
def adapter() -> IntentAdapter:
    chance = torch.Generator().manual_seed(2)
    return IntentAdapter(
        labels=("leave", "wage"),
        layers=2,
        scale=2.0,
        low_rank={
            MODULE + DOWN: torch.randn(4, 32, generator=chance),
            MODULE + UP: torch.randn(32, 4, generator=chance),
        },
        head_weight=torch.randn(2, 32, generator=chance),
        head_bias=torch.randn(2, generator=chance),
    )


@pytest.fixture
def file(
    adapter: IntentAdapter, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setattr(export, "load_base", lambda _longest_latin: base)
    adapter.save(tmp_path / "all.safetensors")
    return tmp_path / "all.safetensors"


def searching(base: Base) -> BertModel:
    """The encoder of the search: the same, with other weights in one place."""
    model = copy.deepcopy(base.model)
    with torch.no_grad():
        model.encoder.layer[0].attention.self.key.weight.mul_(1.5)
    return model


@pytest.fixture
def packed() -> Inputs:
    """The texts one behind the other, and a token that belongs to none."""
    lengths = [len(text) for text in TEXTS] + [1]
    texts = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    sight = torch.where(texts[:, None] == texts[None, :], 0.0, -1e4)
    shares = torch.stack([(texts == n) / lengths[n] for n in range(len(TEXTS))])
    return {
        "input_ids": torch.tensor([[*itertools.chain(*TEXTS), 1]]),
        "places": torch.cat([torch.arange(length) for length in lengths])[None],
        "sight": sight[None, None],
        "shares": shares,
    }


def after(model: BertModel, layer: int) -> torch.Tensor:
    """The mean of the tokens of each text after so many layers, read alone."""
    return torch.cat(
        [
            model(input_ids=torch.tensor([text]), output_hidden_states=True)
            .hidden_states[layer]
            .mean(dim=1)
            for text in TEXTS
        ]
    )


def test_adapters_are_kept_in_half_precision(adapter: IntentAdapter, file: Path) -> None:
    kept = IntentAdapter.load(file)
    assert (kept.labels, kept.layers, kept.scale) == (("leave", "wage"), 2, 2.0)
    assert set(kept.low_rank) == set(adapter.low_rank)
    assert torch.allclose(kept.head_weight, adapter.head_weight, atol=1e-2)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"\x02\0\0\0\0\0\0\0{}"])
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(ValueError, match="not the adapters"):
        IntentAdapter.load(tmp_path / "other")


def test_the_vector_is_the_mean_of_all_layers(base: Base, packed: Inputs) -> None:
    with torch.no_grad():
        vectors, _, _ = Reader(searching(base))(**packed)
        mean = after(searching(base), -1)
    assert torch.allclose(vectors, torch.nn.functional.normalize(mean, dim=1), atol=1e-5)


def test_between_stand_the_means_after_a_third_and_two_thirds_of_the_layers(
    base: Base, packed: Inputs
) -> None:
    third = len(base.model.encoder.layer) // 3
    with torch.no_grad():
        _, between, _ = Reader(searching(base))(**packed)
        means = [after(searching(base), third), after(searching(base), 2 * third)]
    expected = [torch.nn.functional.normalize(each, dim=1) for each in means]
    assert torch.allclose(between, torch.cat(expected, dim=1), atol=1e-5)


def test_the_intents_are_read_from_the_first_layers_with_the_adapters_added(
    base: Base, adapter: IntentAdapter, packed: Inputs
) -> None:
    with torch.no_grad():
        _, _, embedded = Reader(base.model)(**packed)
        layers = IntentLayers(base.model, adapter)
        shares = layers(embedded, packed["sight"], packed["shares"])
        query = base.model.encoder.layer[1].attention.self.query.weight
        query += 2.0 * adapter.low_rank[MODULE + UP] @ adapter.low_rank[MODULE + DOWN]
        scores = after(base.model, 2) @ adapter.head_weight.T + adapter.head_bias
    assert torch.allclose(shares, scores.log_softmax(dim=1), atol=1e-4)


def test_what_is_written_computes_the_same(
    base: Base, adapter: IntentAdapter, packed: Inputs, file: Path, tmp_path: Path
) -> None:
    assert export_reader(file, tmp_path / "reader", None)
    core, exact = openvino.Core(), {"INFERENCE_PRECISION_HINT": "f32"}
    files = (tmp_path / "reader" / name for name in (MODEL_FILE, INTENTS_FILE))
    reader, layers = (core.compile_model(str(file), "CPU", exact) for file in files)
    with torch.no_grad():
        expected = Reader(base.model)(**packed)
        shares = IntentLayers(base.model, adapter)(expected[-1], packed["sight"], packed["shares"])
    arrays = {name: each.numpy() for name, each in packed.items()}
    results = list(reader(arrays).values())
    for mine, theirs in zip(results, expected, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), atol=0.02)
    inputs = {"embedded": results[-1], "sight": arrays["sight"], "shares": arrays["shares"]}
    np.testing.assert_allclose(layers(inputs)[0], shares.numpy(), atol=0.02)
    about = json.loads((tmp_path / "reader" / MARKER).read_text("utf-8"))
    assert about["labels"] == ["leave", "wage"]
    assert about["prompt"] == "query: "
    assert about["encoder"] == weights_of(None)


def test_it_is_written_once_for_the_same_adapters(
    adapter: IntentAdapter, file: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "reader"
    assert export_reader(file, directory, None)
    assert not export_reader(file, directory, None)
    adapter.head_bias.add_(1)
    adapter.save(file)
    assert export_reader(file, directory, None)


def test_the_command(
    file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The search's adapters do not fit this small encoder.
    monkeypatch.setattr(export, "merge_adapter", lambda model, _directory: model)
    arguments = ["export-reader", str(file), str(tmp_path / "reader")]
    assert main(arguments) == 0
    assert "written" in capsys.readouterr().out
    assert main(["export-reader", str(tmp_path / "none"), str(tmp_path / "reader")]) == 1
    assert "none" in capsys.readouterr().err
