"""Training on a model small enough for a test; the real one takes a quarter of an hour."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import WordLevel
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from knowledge_base.encoder.training.adapter import ADAPTER_WEIGHTS, merge_adapter, save_adapter
from knowledge_base.encoder.training.base import Base
from knowledge_base.encoder.training.examples import Example, Passage
from knowledge_base.encoder.training.lora import LoraSettings, embed, train
from knowledge_base.encoder.training.trial import Trial, run_trial

WORDS = [f"w{number}" for number in range(24)]
SETTINGS = LoraSettings(rank=4, alpha=8, learning_rate=2e-2, batch=16, epochs=12)
EXAMPLES = [
    Example(
        f"{WORDS[n]} ask", (Passage(f"p{n}", f"{WORDS[n + 12]} tell"),), (f"{WORDS[n]} say",), "c"
    )
    for n in range(12)
]
"""Which word answers which is arbitrary: only training can know it."""


def bert() -> BertModel:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=40,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=16,
    )
    return BertModel(config).eval()


@pytest.fixture
def base() -> Base:
    vocabulary = {
        word: place for place, word in enumerate(["<pad>", "<unk>", "ask", "tell", "say", *WORDS])
    }
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return Base(
        bert(),
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>"),
        "",
        "",
    )


def test_training_learns_what_answers_what(base: Base) -> None:
    trial = Trial.of(EXAMPLES, [])
    before = run_trial(base.model, base, trial, SETTINGS)
    seen: list[tuple[int, int]] = []
    adapted = train(base, EXAMPLES, SETTINGS, lambda step, steps, loss: seen.append((step, steps)))
    after = run_trial(adapted, base, trial, SETTINGS)
    assert after["MRR@10"] > before["MRR@10"] + 0.3
    assert seen[-1] == (SETTINGS.epochs, SETTINGS.epochs)


def test_saved_adapters_added_to_the_weights_give_the_trained_model(
    base: Base, tmp_path: Path
) -> None:
    adapted = train(base, EXAMPLES, SETTINGS)
    texts = [example.question for example in EXAMPLES]
    with torch.no_grad():
        trained = embed(adapted, base, texts, 16).numpy()
        untrained = embed(bert(), base, texts, 16).numpy()
    save_adapter(adapted, tmp_path)
    merged = merge_adapter(bert(), tmp_path)
    with torch.no_grad():
        added = embed(merged, base, texts, 16).numpy()
    assert (added * trained).sum(axis=1).min() > 0.999
    assert (untrained * trained).sum(axis=1).min() < 0.99
    assert "/" not in (tmp_path / "adapter_config.json").read_text("utf-8")


def test_rows_do_not_depend_on_their_neighbours(base: Base) -> None:
    texts = ["w1 ask", "w2 tell w3 say w4", "w5"] * 12
    with torch.no_grad():
        together = embed(base.model, base, texts, 16).numpy()
        alone = np.concatenate([embed(base.model, base, [text], 16).numpy() for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.999


def test_no_adapters_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no adapters"):
        merge_adapter(bert(), tmp_path)
    assert not (tmp_path / ADAPTER_WEIGHTS).exists()
