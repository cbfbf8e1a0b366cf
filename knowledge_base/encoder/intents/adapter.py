"""Low-rank adapters and the layer above them that tell intents, on disk: under a megabyte."""

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

DOWN, UP = ".lora_A.weight", ".lora_B.weight"
_HEAD_WEIGHT, _HEAD_BIAS = "head.weight", "head.bias"


@dataclass(frozen=True)
class IntentAdapter:
    """What is added to the encoder's first layers, and what reads the mean of their tokens.

    Attributes:
        labels: the intents, in the order of the head's rows.
        layers: how many of the encoder's layers are used.
        scale: alpha / rank, the factor of each product.
        low_rank: by name of the encoder's module and ``DOWN`` (rank, inputs) or ``UP``
            (outputs, rank).
        head_weight: shape (labels, hidden).
        head_bias: shape (labels,).
    """

    labels: tuple[str, ...]
    layers: int
    scale: float
    low_rank: dict[str, Tensor]
    head_weight: Tensor
    head_bias: Tensor

    def save(self, path: Path) -> None:
        """Write it in half precision."""
        tensors = self.low_rank | {_HEAD_WEIGHT: self.head_weight, _HEAD_BIAS: self.head_bias}
        halved = {name: tensor.half().contiguous() for name, tensor in tensors.items()}
        labels = json.dumps(self.labels, ensure_ascii=False)
        settings = {"labels": labels, "layers": str(self.layers), "scale": str(self.scale)}
        save_file(halved, path, settings)

    @classmethod
    def load(cls, path: Path) -> "IntentAdapter":
        """Read it.

        Raises:
            OSError: there is no such file.
            ValueError: it holds no such adapters.
        """
        try:
            with safe_open(path, framework="pt") as file:
                settings = file.metadata() or {}
                names = file.keys()  # of a file that is no mapping and has no other way
                tensors = {name: file.get_tensor(name).float() for name in names}
            return cls(
                labels=tuple(json.loads(settings["labels"])),
                layers=int(settings["layers"]),
                scale=float(settings["scale"]),
                head_weight=tensors.pop(_HEAD_WEIGHT),
                head_bias=tensors.pop(_HEAD_BIAS),
                low_rank=tensors,
            )
        except (SafetensorError, KeyError, ValueError) as error:
            raise ValueError(f"{path}: not the adapters of intents ({error})") from error
