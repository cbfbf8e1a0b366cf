"""The documents' terms: those of documents that did not change are taken from the index in use."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from knowledge_base.index.vectors import KEY_BYTES
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.units import Unit

Terms = list[str]


def document_key(unit_keys: Sequence[bytes]) -> bytes:
    """Return a digest of what determines a document's terms: its units, in their order."""
    return hashlib.sha256(b"".join(unit_keys)).digest()[:KEY_BYTES]


def terms_of(
    documents: Sequence[Sequence[Unit]],
    keys: Sequence[bytes],
    analyser: Analyser,
    known: Mapping[bytes, Terms],
) -> list[Terms]:
    """Return the terms of each document, given by its units and its key."""
    return [
        known[key] if key in known else [*chain.from_iterable(_each(units, analyser))]
        for units, key in zip(documents, keys, strict=True)
    ]


def _each(units: Sequence[Unit], analyser: Analyser) -> Iterator[Terms]:
    return (analyser.tokenize(unit.text) for unit in units)


def save_terms(file: Path, keys: Sequence[bytes], terms: Sequence[Terms]) -> None:
    """Write the documents' terms as numbers into a vocabulary: a fifth of the text's size."""
    vocabulary: dict[str, int] = {}
    numbers = [vocabulary.setdefault(term, len(vocabulary)) for each in terms for term in each]
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        file,
        keys=np.frombuffer(b"".join(keys), dtype=np.uint8),
        lengths=np.array([len(each) for each in terms], dtype=np.int64),
        numbers=np.array(numbers, dtype=np.int32),
        vocabulary=np.frombuffer(json.dumps(list(vocabulary)).encode(), dtype=np.uint8),
    )


def load_terms(file: Path) -> dict[bytes, Terms]:
    """Read the terms back, by the documents' keys."""
    with np.load(file, allow_pickle=False) as arrays:
        keys = arrays["keys"].tobytes()
        numbers: list[int] = arrays["numbers"].tolist()
        vocabulary: list[str] = json.loads(arrays["vocabulary"].tobytes())
        ends: list[int] = np.cumsum(arrays["lengths"]).tolist()
    return {
        keys[position * KEY_BYTES : (position + 1) * KEY_BYTES]: [
            vocabulary[number] for number in numbers[start:end]
        ]
        for position, (start, end) in enumerate(zip([0, *ends], ends, strict=False))
    }
