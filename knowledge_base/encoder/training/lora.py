"""Low-rank adapters (Hu et al. 2021, arXiv:2106.09685) trained by contrast within the batch.

The loss is InfoNCE (van den Oord et al. 2018, arXiv:1807.03748) with a temperature: a question
must be closer to a passage that answers it, and to another way of asking it, than to those of
the other questions in the batch.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor, nn

from knowledge_base.encoder.training.base import Base
from knowledge_base.encoder.training.examples import Example, batches

_GROUP = 16
"""Texts that are padded to one length."""


@dataclass(frozen=True)
class LoraSettings:
    """How the adapters are trained; kept beside them."""

    rank: int = 16
    alpha: int = 32
    learning_rate: float = 5e-4
    warm_up: float = 0.1
    temperature: float = 0.05
    paraphrase_weight: float = 0.5
    batch: int = 64
    epochs: int = 2
    query_tokens: int = 64
    passage_tokens: int = 144
    seed: int = 20261125


def train(
    base: Base,
    examples: Sequence[Example],
    settings: LoraSettings,
    on_step: Callable[[int, int, float], None] | None = None,
) -> PeftModel:
    """Train adapters on ``base`` (which stays as it is) and return the adapted model.

    ``on_step`` gets the step, the number of steps and the step's loss.
    """
    torch.manual_seed(settings.seed)
    model = get_peft_model(
        base.model,
        LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            target_modules=["query", "key", "value", "dense"],
            exclude_modules=r"pooler\..*",
        ),
    )
    # Dropout stays off: drawing its random numbers takes longer on a CPU than all the rest, and
    # adapters of this size hardly overfit in a few epochs.
    model.eval()
    chosen = random.Random(settings.seed)  # noqa: S311 - an order, not a secret
    plan = [
        batch for _ in range(settings.epochs) for batch in batches(examples, settings.batch, chosen)
    ]
    optimizer = torch.optim.AdamW(
        [weights for weights in model.parameters() if weights.requires_grad],
        lr=settings.learning_rate,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=settings.learning_rate,
        total_steps=len(plan),
        pct_start=settings.warm_up,
        anneal_strategy="linear",
    )
    for step, batch in enumerate(plan, start=1):
        loss = _loss(model, base, batch, settings, chosen)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if on_step is not None:
            on_step(step, len(plan), loss.item())
    return model


def _loss(
    model: PeftModel,
    base: Base,
    batch: Sequence[Example],
    settings: LoraSettings,
    chosen: random.Random,
) -> Tensor:
    passages = [chosen.choice(example.passages) for example in batch]
    asked = [base.query_prompt + example.question for example in batch]
    answers = [base.passage_prompt + passage.text for passage in passages]
    questions = embed(model, base, asked, settings.query_tokens)
    loss = _contrast(
        questions,
        embed(model, base, answers, settings.passage_tokens),
        [example.owners for example in batch],
        [passage.owner for passage in passages],
        settings.temperature,
    )
    rephrased = [row for row, example in enumerate(batch) if example.paraphrases]
    if rephrased:
        others = [base.query_prompt + chosen.choice(batch[row].paraphrases) for row in rephrased]
        loss = loss + settings.paraphrase_weight * _contrast(
            questions[rephrased],
            embed(model, base, others, settings.query_tokens),
            [batch[row].owners for row in rephrased],
            [passages[row].owner for row in rephrased],
            settings.temperature,
        )
    return loss


def embed(model: nn.Module, base: Base, texts: list[str], tokens: int) -> Tensor:
    """Return normalised mean-pooled rows, shape (texts, hidden)."""
    lengths = [len(text) for text in texts]
    order = sorted(range(len(texts)), key=lengths.__getitem__)
    # Texts of like length go together: padding would cost more than the texts themselves.
    rows = torch.cat(
        [
            _together(
                model, base, [texts[place] for place in order[start : start + _GROUP]], tokens
            )
            for start in range(0, len(texts), _GROUP)
        ]
    )
    return rows[torch.tensor(order).argsort()]


def _together(model: nn.Module, base: Base, texts: list[str], tokens: int) -> Tensor:
    inputs = base.tokenizer(
        texts, padding=True, truncation=True, max_length=tokens, return_tensors="pt"
    )
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model(
            input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]
        ).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1)
    mean = (hidden.float() * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(mean, dim=1)


def _contrast(
    questions: Tensor,
    candidates: Tensor,
    accepted: Sequence[frozenset[str]],
    owners: Sequence[str],
    temperature: float,
) -> Tensor:
    """InfoNCE with the candidate of the same row as target; equally right ones are left out."""
    scores = questions @ candidates.T / temperature
    also_right = torch.tensor(
        [
            [row != column and owner in each for column, owner in enumerate(owners)]
            for row, each in enumerate(accepted)
        ]
    )
    scores = scores.masked_fill(also_right, float("-inf"))
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(questions)))
