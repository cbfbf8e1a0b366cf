"""The units' vectors: those of texts that did not change are taken from the index in use."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from knowledge_base.index.layout import DENSE_FILE, UNIT_KEYS_FILE
from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.units import Unit, UnitKind

if TYPE_CHECKING:
    # Loads PyTorch, which the life of an index does not need.
    from knowledge_base.encoder.encoder import Encoder

FloatMatrix = npt.NDArray[np.float32]

KEY_BYTES = 16


def unit_key(unit: Unit) -> bytes:
    """Return a digest of what determines a unit's vector: its kind and its text."""
    return hashlib.sha256(f"{unit.kind}\0{unit.text}".encode()).digest()[:KEY_BYTES]


def save_keys(keys: Sequence[bytes], version: Path) -> None:
    """Write the keys in the units' order."""
    (version / UNIT_KEYS_FILE).write_bytes(b"".join(keys))


def load_keys(version: Path) -> list[bytes]:
    """Read the keys back."""
    content = (version / UNIT_KEYS_FILE).read_bytes()
    return [content[start : start + KEY_BYTES] for start in range(0, len(content), KEY_BYTES)]


@dataclass(frozen=True)
class KnownVectors:
    """Vectors that one encoder has made already, by the keys of their units."""

    positions: dict[bytes, int]
    dense: DenseIndex

    @classmethod
    def of_version(cls, version: Path) -> Self:
        keys = load_keys(version)
        positions = {key: position for position, key in enumerate(keys)}
        return cls(positions, DenseIndex.load(version / DENSE_FILE))


@dataclass(frozen=True)
class UnitVectors:
    """One row per unit; ``encoded`` texts were encoded for it, ``reused`` rows were known."""

    rows: FloatMatrix
    encoded: int
    reused: int


def vectors_of(
    units: Sequence[Unit],
    keys: Sequence[bytes],
    encoder: "Encoder",
    known: KnownVectors | None,
    *,
    progress: bool = False,
) -> UnitVectors:
    """Return the units' vectors in their order; a text that stands twice is encoded once.

    Questions are encoded as queries and the rest as passages: a worker's question and a stored
    question are the same kind of text; the encoder was trained to compare such pairs with the
    query prompt on both sides.
    """
    rows = np.empty((len(units), encoder.dimension), dtype=np.float32)
    reused: list[int] = []
    questions: dict[bytes, list[int]] = {}
    passages: dict[bytes, list[int]] = {}
    for position, (unit, key) in enumerate(zip(units, keys, strict=True)):
        if known is not None and key in known.positions:
            reused.append(position)
        else:
            group = questions if unit.kind is UnitKind.QUESTION else passages
            group.setdefault(key, []).append(position)
    if known is not None and reused:
        rows[reused] = known.dense.vectors_of([known.positions[keys[each]] for each in reused])
    for group, encode in (
        (questions, encoder.encode_queries),
        (passages, encoder.encode_passages),
    ):
        if group:
            texts = [units[positions[0]].text for positions in group.values()]
            for positions, row in zip(
                group.values(), encode(texts, progress=progress), strict=True
            ):
                rows[positions] = row
    return UnitVectors(rows, encoded=len(questions) + len(passages), reused=len(reused))
