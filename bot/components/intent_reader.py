"""Reads a message with the transformer: its vectors, and which intents it resembles.

The folder ``models/reader`` is made by ``python -m knowledge_base export-reader`` in the program's
own environment: multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) as the search has it,
and its first layers with adapters trained on the examples of ``data``. OpenVINO runs both in one
pass. Not for several threads at once: Rasa reads messages in its one event loop.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import openvino
from tokenizers import Tokenizer

from components.mapped_files import give_back

DIRECTORY: Final = Path(__file__).resolve().parents[1] / "models" / "reader"
MAX_CHARACTERS: Final = 160
"""What is read of a message. Time grows with the length, and the intent shows early or at the
end, so of a longer message both ends are read."""
_MODEL_FILE: Final = "reader.xml"
_FORMAT: Final = 4
"""That of ``knowledge_base.encoder.intents.export``."""
_VECTORS, _SHARES, _BETWEEN = range(3)
"""The model's outputs."""
_MAX_TOKENS: Final = 128
_BATCH: Final = 32
_KEPT_READINGS: Final = 512
"""4 MB; buttons send the same texts again and again."""
_KEPT_SHAPES: Final = 100


@dataclass(frozen=True)
class Reading:
    """What the transformer makes of a text.

    Attributes:
        vectors: shape (3, 384), each of length 1: the sentence vector of the search, and the means
            of the tokens after one and two thirds of the layers.
        shares: log share of each intent, by name.
    """

    vectors: np.ndarray
    shares: dict[str, float]

    @property
    def vector(self) -> np.ndarray:
        """That of the search, shape (384,)."""
        return np.asarray(self.vectors[0])


class IntentReader:
    """The model of one folder."""

    def __init__(self, directory: Path) -> None:
        """Load it.

        Raises:
            FileNotFoundError: the folder is missing, incomplete or of another version.
        """
        marker = directory / "reader.json"  # written last
        if not marker.is_file():
            raise FileNotFoundError(f"{directory} is missing: run `make setup`")
        about = json.loads(marker.read_text(encoding="utf-8"))
        if about.get("format") != _FORMAT:
            raise FileNotFoundError(f"{directory} is of another version: run `make setup`")
        self.encoder: str = about["encoder"]
        """Names the weights behind the vectors: those of the search, if it has the same name."""
        self._directory = directory
        self._labels: list[str] = about["labels"]
        self._prompt: str = about["prompt"]
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        weights = directory / "reader.bin"
        model = openvino.Core().compile_model(
            str(directory / _MODEL_FILE),
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                # A message is too small to share between cores.
                "INFERENCE_NUM_THREADS": 1,
                "CPU_RUNTIME_CACHE_CAPACITY": _KEPT_SHAPES,
            },
        )
        self._request = model.create_infer_request()
        self.read = lru_cache(_KEPT_READINGS)(self._read)
        """One text, in one spelling (:func:`components.quantities.folding.fold`)."""
        # The first reading packs the weights for this processor; then their file is not needed.
        self._read(".")
        give_back(weights)

    def _read(self, text: str) -> Reading:
        (reading,) = self._infer([self._ids(text)])
        return reading

    def vectors_of(self, texts: Iterable[str]) -> dict[str, np.ndarray]:
        """:attr:`Reading.vectors` of many, for training: on all cores, one length at a time.

        They are kept for the next training in this process.
        """
        learned = _learned.setdefault(self.encoder, {})
        by_length: dict[int, list[tuple[str, list[int]]]] = {}
        # In the order of the texts, so that the same data gives the same model.
        for text in (each for each in dict.fromkeys(texts) if each not in learned):
            ids = self._ids(text)
            by_length.setdefault(len(ids), []).append((text, ids))
        if by_length:
            request = self._request_for_vectors()
        for group in by_length.values():
            for start in range(0, len(group), _BATCH):
                batch = group[start : start + _BATCH]
                request.infer({0: np.array([ids for _, ids in batch], dtype=np.int64)})
                found = _vectors(*(request.get_output_tensor(place).data for place in (0, 1)))
                learned |= {text: each for (text, _), each in zip(batch, found, strict=True)}
        return learned

    def _request_for_vectors(self) -> openvino.InferRequest:
        """The model without the layers that only the intents need."""
        core = openvino.Core()
        whole = core.read_model(str(self._directory / _MODEL_FILE))
        outputs = [whole.output(_VECTORS), whole.output(_BETWEEN)]
        alone = openvino.Model(outputs, whole.get_parameters())
        return core.compile_model(alone, "CPU").create_infer_request()

    def _ids(self, text: str) -> list[int]:
        if len(text) > MAX_CHARACTERS:
            half = MAX_CHARACTERS // 2
            text = text[:half] + text[-half:]
        ids: list[int] = self._tokenizer.encode(self._prompt + text).ids
        return ids

    def _infer(self, ids: Sequence[Sequence[int]]) -> list[Reading]:
        """Read texts of one length."""
        results = self._request.infer({0: np.array(ids, dtype=np.int64)})
        vectors, shares = _vectors(results[_VECTORS], results[_BETWEEN]), results[_SHARES]
        return [
            Reading(three, dict(zip(self._labels, map(float, row), strict=True)))
            for three, row in zip(vectors, shares.astype(np.float32), strict=True)
        ]


def _vectors(last: np.ndarray, between: np.ndarray) -> np.ndarray:
    """Shape (texts, 3, dimensions): a copy, since the request writes its next results into the same
    memory; of length 1 again, since where the processor computes in half precision they are off by
    a hundredth."""
    vectors = np.concatenate([last, between], axis=1, dtype=np.float32)
    vectors = vectors.reshape(len(last), -1, last.shape[1])
    return np.asarray(vectors / np.linalg.norm(vectors, axis=2, keepdims=True))


_opened: dict[Path, IntentReader] = {}
_learned: dict[str, dict[str, np.ndarray]] = {}
"""Those of texts that were learned, by the name of the weights."""
_chosen: list[Path] = [DIRECTORY]


def use(directory: Path) -> None:
    """From now on read with the model of another folder; for measurements."""
    _opened.clear()
    _chosen[:] = [directory]


def reader() -> IntentReader:
    """The reader in use, loaded once.

    Raises:
        FileNotFoundError: its folder is missing or incomplete.
    """
    (directory,) = _chosen
    if directory not in _opened:
        _opened[directory] = IntentReader(directory)
    return _opened[directory]
