"""The reader of the weight file, over a small file made here by the documented layout."""

import contextlib
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from knowledge_base.encoder.q4_file import ModelShape, Q4FormatError, read_q4_file

PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("▁医疗", -1.5), ("é", -2.25)]
SHAPE = (4, 1, 2, 8, 4, 16, 2)

Floats = npt.NDArray[np.float32]


def quantise(scales: Floats, nibbles: npt.NDArray[np.uint8]) -> bytes:
    """Pack blocks of 32 weights: a half-precision scale, then 16 bytes of two nibbles each."""
    return b"".join(
        np.float16(scale).tobytes() + (block[:16] | block[16:] << 4).astype(np.uint8).tobytes()
        for scale, block in zip(scales, nibbles, strict=True)
    )


def q4_file(
    *, magic: bytes = b"E5S1", version: int = 1, block: int = 32, q4: bytes = b"", weights: int = 0
) -> bytes:
    pieces = [piece.encode() for piece, _ in PIECES]
    offsets = np.cumsum([0, *map(len, pieces)]).astype("<u4")
    head = magic + struct.pack("<I7ifi", version, *SHAPE, 0.5, block)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(offsets[-1])) + offsets.tobytes()
    head += np.array([score for _, score in PIECES], "<f4").tobytes() + b"".join(pieces)
    head += struct.pack("<iI", 1, 5) + b"norms" + struct.pack("<i", 2)
    vector = np.array([0.5, -1.0, 2.0], "<f4").tobytes()
    directory = 2 * (2 + struct.calcsize("<BIQQ")) + len("emb.ln.w") + len("l0.q.w")
    start = len(head) + directory
    for name, kind, count, offset, data in (
        ("emb.ln.w", 0, 3, start, vector),
        ("l0.q.w", 1, weights, start + len(vector), q4),
    ):
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", kind, count, offset, len(data))
    return head + vector + q4


def write(directory: Path, content: bytes) -> Path:
    path = directory / "model.bin"
    path.write_bytes(content)
    return path


SCALES = np.array([0.5, -0.25], dtype=np.float32)
NIBBLES = np.array([[n // 2 for n in range(32)], [15 - n // 2 for n in range(32)]], dtype=np.uint8)
FILE = q4_file(q4=quantise(SCALES, NIBBLES), weights=64)


def test_shape_vocabulary_and_vectors_are_read(tmp_path: Path) -> None:
    model = read_q4_file(write(tmp_path, FILE))
    assert model.shape == ModelShape(4, 1, 2, 8, 4, 16, 2, 0.5)
    assert model.vocabulary.pieces == PIECES
    assert (model.vocabulary.bos, model.vocabulary.eos) == (0, 2)
    assert (model.vocabulary.pad, model.vocabulary.unknown) == (1, 3)
    assert model.tensors["emb.ln.w"].tolist() == [0.5, -1.0, 2.0]


def test_blocks_of_the_documented_layout_are_dequantised(tmp_path: Path) -> None:
    weights = read_q4_file(write(tmp_path, FILE)).tensors["l0.q.w"].reshape(2, 32)
    np.testing.assert_array_equal(weights, (NIBBLES.astype(np.float32) - 8) * SCALES[:, None])


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("q4")


@given(
    arrays.arrays(np.uint8, (3, 32), elements=st.integers(0, 15)),
    arrays.arrays(np.float32, 3, elements=st.floats(-4, 4, width=16)),
)
def test_any_block_survives(scratch: Path, nibbles: npt.NDArray[np.uint8], scales: Floats) -> None:
    path = write(scratch, q4_file(q4=quantise(scales, nibbles), weights=96))
    weights = read_q4_file(path).tensors["l0.q.w"].reshape(3, 32)
    np.testing.assert_array_equal(weights, (nibbles.astype(np.float32) - 8) * scales[:, None])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an E5S1 file"),
        (b"GGUF" + FILE[4:], "not an E5S1 file"),
        (q4_file(version=2), "version 2"),
        (q4_file(block=64), "blocks of 64"),
    ],
)
def test_another_format_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(Q4FormatError, match=message):
        read_q4_file(write(tmp_path, content))


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    for length in range(4, len(FILE)):
        with pytest.raises(Q4FormatError, match="damaged or cut off"):
            read_q4_file(write(tmp_path, FILE[:length]))


def test_numbers_too_large_for_the_machine_are_refused(tmp_path: Path) -> None:
    refused = 0
    for position in range(4, len(FILE) - 8):
        try:
            read_q4_file(write(tmp_path, FILE[:position] + b"\xff" * 8 + FILE[position + 8 :]))
        except Q4FormatError:
            refused += 1
    assert refused > 50


@given(st.integers(4, len(FILE) - 1), st.binary(min_size=1, max_size=8))
def test_damage_is_refused_or_read_but_never_crashes(
    scratch: Path, position: int, garbage: bytes
) -> None:
    damaged = FILE[:position] + garbage + FILE[position + len(garbage) :]
    with contextlib.suppress(Q4FormatError):
        read_q4_file(write(scratch, damaged))
