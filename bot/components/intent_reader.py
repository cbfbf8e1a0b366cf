"""Reads a message with the transformer: its vectors, and which intents it resembles.

The folder ``models/reader`` is made by ``python -m knowledge_base export-reader`` in the program's
own environment: multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) as the search has it,
and its first layers with adapters trained on the examples of ``data``. OpenVINO runs both, the
second for those texts only whose intents are asked for.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Final

import numpy as np
import openvino
from tokenizers import Tokenizer

from components.mapped_files import give_back
from components.packing import Pack, pack

DIRECTORY: Final = Path(__file__).resolve().parents[1] / "models" / "reader"
MAX_CHARACTERS: Final = 160
"""What is read of a message. Time grows with the length, and the intent shows early or at the
end, so of a longer message both ends are read."""
_MODEL_FILE: Final = "reader.xml"
_INTENTS_FILE: Final = "intents.xml"
_FORMAT: Final = 6
"""That of ``knowledge_base.encoder.intents.export``."""
_VECTORS, _BETWEEN, _EMBEDDED = range(3)
"""The outputs of the first model. The last is what the second reads."""
_MAX_TOKENS: Final = 128
_LEARNED_TOGETHER: Final = 256
_KEPT_READINGS: Final = 512
"""4 MB; buttons send the same texts again and again."""
_KEPT_SHAPES: Final = 100


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
        self._request = _request(directory / _MODEL_FILE)
        self._intents = _request(directory / _INTENTS_FILE)
        self._busy = RLock()
        """Messages are read in one thread, their calls of actions are written in another."""
        self._embedded: str | None = None
        """The text whose tokens stand in the first model's output."""
        self.vectors = lru_cache(_KEPT_READINGS)(self._read_vectors)
        """Of one text, in one spelling (:func:`components.quantities.folding.fold`): shape
        (3, 384), each of length 1: the sentence vector of the search, and the means of the tokens
        after one and two thirds of the layers."""
        self.shares = lru_cache(_KEPT_READINGS)(self._read_shares)
        """Of one text: the logarithm of the share of each intent, by name."""
        # The first reading packs the weights for this processor; then their files are not needed.
        self._read_shares(".")
        for file in (_MODEL_FILE, _INTENTS_FILE):
            give_back((directory / file).with_suffix(".bin"))

    def _read_vectors(self, text: str) -> np.ndarray:
        with self._busy:
            self._embedded = None
            results = self._request.infer(_inputs(pack([self._ids(text)])))
            self._embedded = text
            (three,) = _vectors(results[_VECTORS], results[_BETWEEN])
        return np.asarray(three)

    def _read_shares(self, text: str) -> dict[str, float]:
        with self._busy:
            if self._embedded != text:
                self._read_vectors(text)
            packed = pack([self._ids(text)])
            embedded = self._request.get_output_tensor(_EMBEDDED)
            inputs = {"embedded": embedded, "sight": packed.sight, "shares": packed.shares}
            (shares,) = self._intents.infer(inputs)[0]
        return dict(zip(self._labels, map(float, shares), strict=True))

    def vectors_of(self, texts: Iterable[str]) -> dict[str, np.ndarray]:
        """:meth:`vectors` of many, for training: on all cores.

        They are kept for the next training in this process.
        """
        learned = _learned.setdefault(self.encoder, {})
        # In the order of the texts, so that the same data gives the same model.
        left = [text for text in dict.fromkeys(texts) if text not in learned]
        if left:
            file = str(self._directory / _MODEL_FILE)
            request = openvino.Core().compile_model(file, "CPU").create_infer_request()
        group: dict[str, list[int]] = {}
        for text in left:
            ids = self._ids(text)
            if sum(map(len, group.values())) + len(ids) > _LEARNED_TOGETHER:
                learned |= _read_group(request, group)
                group = {}
            group[text] = ids
        if group:
            learned |= _read_group(request, group)
        return learned

    def _ids(self, text: str) -> list[int]:
        if len(text) > MAX_CHARACTERS:
            half = MAX_CHARACTERS // 2
            text = text[:half] + text[-half:]
        ids: list[int] = self._tokenizer.encode(self._prompt + text).ids
        return ids


def _request(file: Path) -> openvino.InferRequest:
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        # A message is too small to share between cores.
        "INFERENCE_NUM_THREADS": 1,
        "CPU_RUNTIME_CACHE_CAPACITY": _KEPT_SHAPES,
    }
    return openvino.Core().compile_model(str(file), "CPU", settings).create_infer_request()


def _inputs(packed: Pack) -> dict[str, np.ndarray]:
    return {
        "input_ids": packed.ids,
        "places": packed.places,
        "sight": packed.sight,
        "shares": packed.shares,
    }


def _read_group(
    request: openvino.InferRequest, group: Mapping[str, list[int]]
) -> dict[str, np.ndarray]:
    results = request.infer(_inputs(pack(list(group.values()))))
    return dict(zip(group, _vectors(results[_VECTORS], results[_BETWEEN]), strict=True))


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
