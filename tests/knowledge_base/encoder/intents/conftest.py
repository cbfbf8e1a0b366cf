"""A transformer small enough for a test."""

import pytest
import torch
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import WordLevel
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from knowledge_base.encoder.training.base import Base
from tests.knowledge_base.encoder.intents import FILLERS


@pytest.fixture
def base() -> Base:
    torch.manual_seed(1)
    model = BertModel(
        BertConfig(
            vocab_size=24,
            hidden_size=32,
            num_hidden_layers=7,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=200,
        )
    )
    words = ["<pad>", "<unk>", "query:", "pay", "sick", *FILLERS]
    vocabulary = {word: place for place, word in enumerate(words)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return Base(
        model.eval(),
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>"),
        "query: ",
        "",
    )
