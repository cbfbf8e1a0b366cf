"""What adapters are trained on."""

from dataclasses import dataclass

from transformers import BertModel, PreTrainedTokenizerFast


@dataclass(frozen=True)
class Base:
    """The encoder without adapters, and the prompts it was made with."""

    model: BertModel
    tokenizer: PreTrainedTokenizerFast
    query_prompt: str
    passage_prompt: str
