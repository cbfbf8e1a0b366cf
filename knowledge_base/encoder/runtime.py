"""Which program runs the encoder: OpenVINO where the model was exported for it, else PyTorch."""

import json
from enum import StrEnum
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules as stock_modules
from torch import nn

from knowledge_base.encoder.openvino_transformer import OPENVINO_DIR, OpenVinoTransformer


class Runtime(StrEnum):
    """``AUTO`` takes OpenVINO where the model's directory holds an export for it."""

    AUTO = "auto"
    OPENVINO = "openvino"
    TORCH = "torch"


def load_model(model: str | Path, runtime: Runtime) -> SentenceTransformer:
    """Load a model directory, or a model by hub id.

    Raises:
        OSError: the model is neither a directory nor known to the hub, or OpenVINO is asked for
            and the directory holds no export.
    """
    directory = Path(model)
    exported = (directory / OPENVINO_DIR).is_dir()
    if runtime is Runtime.TORCH or (runtime is Runtime.AUTO and not exported):
        return SentenceTransformer(str(model), device="cpu")
    if not exported:
        raise FileNotFoundError(f"{model} has no {OPENVINO_DIR}/ export; use the torch runtime")
    # All that PyTorch still does is pooling; its idle threads would take the cores from OpenVINO.
    torch.set_num_threads(1)
    prompts = json.loads((directory / "config_sentence_transformers.json").read_text("utf-8"))
    return SentenceTransformer(
        modules=[OpenVinoTransformer(directory), *_later_modules(directory)],
        prompts=prompts["prompts"],
        device="cpu",
    )


def _later_modules(directory: Path) -> list[nn.Module]:
    """Return the modules behind the transformer, each of a stock class."""
    entries = json.loads((directory / "modules.json").read_text("utf-8"))[1:]
    classes = [getattr(stock_modules, entry["type"].rsplit(".", 1)[-1]) for entry in entries]
    return [
        stock.load(str(directory / entry["path"]))
        for stock, entry in zip(classes, entries, strict=True)
    ]
