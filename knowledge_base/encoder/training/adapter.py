"""The adapters on disk: small, in half precision, apart from the model they belong to."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file
from transformers import BertModel

if TYPE_CHECKING:
    # Only training needs it; adding the adapters to the weights is one line of arithmetic.
    from peft import PeftModel

ADAPTER_DIR = Path(__file__).parents[1] / "adapter"
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
_PREFIX = "base_model.model."
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


def save_adapter(model: "PeftModel", directory: Path) -> None:
    """Write the adapters alone, in half precision."""
    for config in model.peft_config.values():
        # The path of the base model on this machine means nothing on another.
        config.base_model_name_or_path = None
    model.save_pretrained(str(directory))
    file = directory / ADAPTER_WEIGHTS
    halved = {name: weights.half().contiguous() for name, weights in load_file(file).items()}
    save_file(halved, file)
    (directory / "README.md").unlink(missing_ok=True)


def merge_adapter(model: BertModel, directory: Path) -> BertModel:
    """Add the adapters of ``directory`` into the model's weights: W + (alpha / rank) B A.

    Raises:
        OSError: there are no adapters in ``directory``.
    """
    try:
        config = json.loads((directory / ADAPTER_CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no adapters in {directory}") from error
    scale = config["lora_alpha"] / config["r"]
    weights = load_file(directory / ADAPTER_WEIGHTS)
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, matrix in weights.items():
            if not name.endswith(_DOWN):
                continue
            up = weights[name.removesuffix(_DOWN) + _UP].float()
            target = name.removeprefix(_PREFIX).removesuffix(_DOWN) + ".weight"
            parameters[target] += scale * (up @ matrix.float())
    return model
