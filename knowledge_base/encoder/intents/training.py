"""Training of the low-rank adapters (Hu et al. 2021, arXiv:2106.09685) that tell intents apart.

The first layers of the encoder are adapted together with a linear layer above the mean of their
tokens. All else, the embeddings too, stays as its authors trained it.
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from peft import (
    LoraConfig,
    PeftModel,
    get_peft_model,
    get_peft_model_state_dict,
    set_peft_model_state_dict,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch import Tensor, nn

from knowledge_base.encoder.intents.adapter import IntentAdapter
from knowledge_base.encoder.intents.export import IntentLayers
from knowledge_base.encoder.training.base import Base

FOLDS = 5
_END_CHARACTERS = 80
"""What is read of either end of a text longer than both; as the dialogue agent's reader does."""
_TOKENS = 128
_READ_TOGETHER = 64
_PREFIX = "base_model.model."


@dataclass(frozen=True)
class IntentExample:
    """A text, folded to one spelling, what its writer wants, and the fifth that it is tested in."""

    text: str
    intent: str
    fold: int


@dataclass(frozen=True)
class IntentTrainingSettings:
    """How the adapters are trained; kept beside them.

    Attributes:
        layers: how many of the encoder's layers are used.
        warm_up: the share of the steps in which the learning rate rises.
        clip: the greatest norm of the adapters' gradients together.
        chunk: the batches whose texts are sorted by length together.
    """

    layers: int = 6
    rank: int = 8
    alpha: int = 16
    adapter_dropout: float = 0.05
    head_dropout: float = 0.1
    learning_rate: float = 2e-3
    head_learning_rate: float = 2e-3
    weight_decay: float = 0.01
    warm_up: float = 0.1
    label_smoothing: float = 0.05
    clip: float = 1.0
    batch: int = 32
    chunk: int = 8
    epochs: int = 10
    seed: int = 5


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1)
    intent: str = Field(min_length=1)
    fold: int = Field(ge=0, lt=FOLDS)


def read_examples(path: Path) -> list[IntentExample]:
    """Read ``{"text", "intent", "fold"}``, one object a line.

    Raises:
        ValueError: a line is anything else; names file, line and rule.
        OSError: the file cannot be read.
    """
    examples = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            each = _Line.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            rule = ".".join(str(part) for part in first["loc"]) or "json"
            raise ValueError(f"{path}:{number}: [{rule}] {first['msg']}") from error
        examples.append(IntentExample(each.text, each.intent, each.fold))
    return examples


def training_device() -> torch.device:
    """Return the CUDA device if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train_adapter(
    base: Base,
    examples: Sequence[IntentExample],
    settings: IntentTrainingSettings,
    on_step: Callable[[int, int, float], None] | None = None,
    start: IntentAdapter | None = None,
) -> IntentAdapter:
    """Train on ``base`` (which stays as it is); return what was learned, on the CPU.

    The labels are the examples' intents in alphabetical order. ``on_step`` gets the step, the
    number of steps and the step's loss. ``start``: what to go on from, where examples were added.

    Raises:
        ValueError: there are no examples, ``base`` has fewer layers than are to be used, or
            ``start`` has other labels, layers or sizes.
    """
    if not examples:
        raise ValueError("no examples to train on")
    if len(base.model.encoder.layer) < settings.layers:
        raise ValueError(f"the encoder has no {settings.layers} layers")
    device = training_device()
    torch.manual_seed(settings.seed)
    labels = tuple(sorted({example.intent for example in examples}))
    ids = _token_ids(base, [example.text for example in examples])
    targets = torch.tensor([labels.index(example.intent) for example in examples], device=device)
    model = _with_adapters(base, settings).to(device).train()
    head = nn.Linear(base.model.config.hidden_size, len(labels)).to(device)
    if start is not None:
        _set(model, head, start, labels, settings)
    low_rank = [weights for weights in model.parameters() if weights.requires_grad]
    steps = settings.epochs * math.ceil(len(examples) / settings.batch)
    optimizer = torch.optim.AdamW(
        [
            {"params": low_rank, "lr": settings.learning_rate},
            {"params": head.parameters(), "lr": settings.head_learning_rate},
        ],
        weight_decay=settings.weight_decay,
        fused=device.type == "cuda",
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1, (step + 1) / (settings.warm_up * steps)) * (steps - step) / steps,
    )
    lengths = np.array([len(each) for each in ids])
    for step, batch in enumerate(_batches(lengths, settings), start=1):
        means = _means(model, [ids[place] for place in batch], device)
        loss = nn.functional.cross_entropy(
            head(nn.functional.dropout(means, settings.head_dropout)),
            targets[batch],
            label_smoothing=settings.label_smoothing,
        )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(low_rank, settings.clip)
        optimizer.step()
        schedule.step()
        if on_step is not None:
            on_step(step, steps, loss.item())
    learned = get_peft_model_state_dict(model, save_embedding_layers=False)
    return IntentAdapter(
        labels=labels,
        layers=settings.layers,
        scale=settings.alpha / settings.rank,
        low_rank={name.removeprefix(_PREFIX): each.cpu() for name, each in learned.items()},
        head_weight=head.weight.detach().cpu(),
        head_bias=head.bias.detach().cpu(),
    )


def accuracy(base: Base, adapter: IntentAdapter, examples: Sequence[IntentExample]) -> float:
    """Return the share of the examples whose intent the exported model's arithmetic finds.

    Raises:
        ValueError: there are no examples.
    """
    if not examples:
        raise ValueError("no examples to measure on")
    layers = IntentLayers(base.model, adapter)
    ids = _token_ids(base, [example.text for example in examples])
    by_length: dict[int, list[int]] = {}
    for place, each in enumerate(ids):
        by_length.setdefault(len(each), []).append(place)
    right = 0
    with torch.no_grad():
        for length, places in by_length.items():
            sight, means = torch.zeros(1, 1, length, length), torch.full((1, length), 1 / length)
            for start in range(0, len(places), _READ_TOGETHER):
                together = places[start : start + _READ_TOGETHER]
                embedded = base.model.embeddings(torch.tensor([ids[place] for place in together]))
                shares = layers(embedded, sight, means)
                right += sum(
                    adapter.labels[best] == examples[place].intent
                    for place, best in zip(together, shares.argmax(dim=1).tolist(), strict=True)
                )
    return right / len(examples)


def _token_ids(base: Base, texts: Sequence[str]) -> list[list[int]]:
    asked = [base.query_prompt + _ends(text) for text in texts]
    ids: list[list[int]] = base.tokenizer(asked, truncation=True, max_length=_TOKENS)["input_ids"]
    return ids


def _ends(text: str) -> str:
    if len(text) <= 2 * _END_CHARACTERS:
        return text
    return text[:_END_CHARACTERS] + text[-_END_CHARACTERS:]


def _with_adapters(base: Base, settings: IntentTrainingSettings) -> PeftModel:
    model = copy.deepcopy(base.model)
    model.encoder.layer = model.encoder.layer[: settings.layers]
    model.config.num_hidden_layers = settings.layers
    # Its layer is called `dense` too, and would get adapters that nothing trains.
    model.pooler = None
    return get_peft_model(
        model,
        LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.adapter_dropout,
            target_modules=["query", "key", "value", "dense"],
        ),
    )


def _set(
    model: PeftModel,
    head: nn.Linear,
    start: IntentAdapter,
    labels: tuple[str, ...],
    settings: IntentTrainingSettings,
) -> None:
    if start.labels != labels or start.layers != settings.layers:
        raise ValueError("the adapters to start from have other intents or layers")
    known = {f"{_PREFIX}{name}": each for name, each in start.low_rank.items()}
    try:
        loaded = set_peft_model_state_dict(model, known)
        head.load_state_dict({"weight": start.head_weight, "bias": start.head_bias})
    except RuntimeError as error:
        raise ValueError(f"the adapters to start from have other sizes ({error})") from error
    if loaded.unexpected_keys:
        raise ValueError("the adapters to start from belong to another model")


def _batches(
    lengths: npt.NDArray[np.int64], settings: IntentTrainingSettings
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield every example's place once an epoch, texts of like length together."""
    chosen = np.random.default_rng(settings.seed)
    size = settings.batch * settings.chunk
    for _ in range(settings.epochs):
        order = chosen.permutation(len(lengths))
        for start in range(0, len(order), size):
            chunk = order[start : start + size]
            chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
            for first in range(0, len(chunk), settings.batch):
                yield chunk[first : first + settings.batch]


def _means(model: PeftModel, ids: Sequence[Sequence[int]], device: torch.device) -> Tensor:
    """Return the means of the texts' tokens, shape (texts, hidden)."""
    rows = [torch.tensor(each) for each in ids]
    # What stands in the padding does not matter: the mask hides it from all layers.
    padded = nn.utils.rnn.pad_sequence(rows, batch_first=True).to(device)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in rows], batch_first=True)
    mask = mask.to(device)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        hidden = model(input_ids=padded, attention_mask=mask).last_hidden_state
    mask = mask.unsqueeze(-1)
    return (hidden.float() * mask).sum(1) / mask.sum(1)
