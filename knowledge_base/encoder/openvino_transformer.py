"""The transformer of a sentence-transformers model, run by OpenVINO.

It takes the place of the first module: same tokens in, same token vectors out, three to four times
as fast as PyTorch on a CPU (``docs/decisions/0005-encoder.md``). The stock OpenVINO backend of
sentence-transformers does the same through ``optimum-intel``, at 350 MB more memory.
"""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer
from transformers import BertModel

OPENVINO_DIR = "openvino"
_MODEL_FILE = "model.xml"
_TOKENIZER_FILE = "tokenizer.json"
_SHAPE_STEP = 8
_KEPT_SHAPES = 500
_INPUTS = ("input_ids", "attention_mask")


class OpenVinoTransformer(InputModule):  # type: ignore[misc] # the library has no types
    """Tokenises texts and gives their token vectors, shape (texts, tokens, hidden)."""

    def __init__(self, directory: Path, max_seq_length: int = 512) -> None:
        """Load what :func:`export_openvino` wrote.

        Raises:
            OSError: the directory lacks the tokenizer or the exported model.
        """
        super().__init__()
        model = directory / OPENVINO_DIR / _MODEL_FILE
        for file in (model, directory / _TOKENIZER_FILE):
            if not file.is_file():
                raise FileNotFoundError(f"{file} is missing")
        self.max_seq_length = max_seq_length
        self._directory = directory
        self.tokenizer = Tokenizer.from_file(str(directory / _TOKENIZER_FILE))
        self.tokenizer.enable_truncation(max_seq_length)
        pad = self.tokenizer.token_to_id("<pad>")
        # OpenVINO prepares, and keeps, what it computes for each shape: the fewer, the better.
        self.tokenizer.enable_padding(
            pad_id=pad,
            pad_token="<pad>",  # noqa: S106 - a token of a vocabulary, not a secret
            pad_to_multiple_of=_SHAPE_STEP,
        )
        compiled = openvino.Core().compile_model(
            str(model),
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "CPU_RUNTIME_CACHE_CAPACITY": _KEPT_SHAPES,
                "INFERENCE_NUM_THREADS": _threads(),
            },
        )
        self._request = compiled.create_infer_request()
        # A request serves one caller at a time; builds and searches may share an encoder.
        self._lock = threading.Lock()

    def preprocess(
        self, inputs: Sequence[str], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, torch.Tensor]:
        texts = self._prepend_prompt(list(inputs), prompt) if prompt else list(inputs)
        encoded = self.tokenizer.encode_batch_fast(texts)
        return {
            "input_ids": torch.tensor([each.ids for each in encoded]),
            "attention_mask": torch.tensor([each.attention_mask for each in encoded]),
        }

    def forward(self, features: dict[str, torch.Tensor], **kwargs: Any) -> dict[str, torch.Tensor]:
        arrays = {name: np.asarray(features[name]) for name in _INPUTS}
        with self._lock:
            hidden = self._request.infer(arrays)[0]
            features["token_embeddings"] = torch.from_numpy(np.array(hidden, dtype=np.float32))
        return features

    def get_embedding_dimension(self) -> int:
        return int(self._request.model_outputs[0].partial_shape[2].get_length())

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the exported model is made from the PyTorch one")


def _threads() -> int:
    """How many threads one inference may use; 0: as many as there are cores.

    Two bring a question 1.5 ms earlier and cost 2 ms more of the processor's time
    (``docs/performance.md``), so servers that answer many at once set this to 1.
    """
    return int(os.environ.get("OMP_NUM_THREADS") or 0)


def export_openvino(model: BertModel, directory: Path) -> None:
    """Write ``model`` for OpenVINO, weights in half precision, into ``directory/openvino``."""
    example = torch.ones((2, 8), dtype=torch.int64)
    exported = openvino.convert_model(
        _TokenVectors(model), example_input=dict.fromkeys(_INPUTS, example)
    )
    target = directory / OPENVINO_DIR
    target.mkdir(exist_ok=True)
    openvino.save_model(exported, target / _MODEL_FILE, compress_to_fp16=True)


class _TokenVectors(torch.nn.Module):  # type: ignore[misc] # as above
    """The model with the inputs and the output that serving needs, and no others.

    The mask is made here: the model's own way to make it cannot be traced.
    """

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self._model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        seen = attention_mask[:, None, None, :].to(torch.float32)
        added = (1.0 - seen) * torch.finfo(torch.float32).min
        embedded = self._model.embeddings(input_ids=input_ids)
        output = self._model.encoder(embedded, attention_mask=added)
        vectors: torch.Tensor = output.last_hidden_state
        return vectors
