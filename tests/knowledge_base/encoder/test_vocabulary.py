import numpy as np
import pytest

from knowledge_base.encoder.q4_file import ModelShape, Q4Model, Vocabulary
from knowledge_base.encoder.vocabulary import kept_pieces, trim

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


@pytest.mark.parametrize(
    "piece",
    ["▁", "▁医疗", "互助", "▁the", "gongzi", "12351", "▁3000", "，", "。▁", "😀", "é", "я", "한"],
)
def test_chinese_latin_figures_and_single_characters_stay(piece: str) -> None:
    assert kept_pieces([*((each, 0.0) for each in SPECIAL), (piece, -1.0)]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("piece", ["▁été", "привет", "한국", "ที่", "ありがとう", "ü1b"])
def test_longer_pieces_of_other_scripts_go(piece: str) -> None:
    assert kept_pieces([*((each, 0.0) for each in SPECIAL), (piece, -1.0)]) == [0, 1, 2, 3]


def test_long_latin_pieces_go_if_they_are_not_wanted() -> None:
    pieces = ["▁the", "▁over", "gongzi", "hr", "12351", "医疗保险"]
    kept = kept_pieces([(each, 0.0) for each in [*SPECIAL, *pieces]], longest_latin=3)
    assert [pieces[place - 4] for place in kept[4:]] == ["▁the", "hr", "12351", "医疗保险"]


def test_the_rows_go_with_their_pieces() -> None:
    pieces = [(each, 0.0) for each in [*SPECIAL, "医疗", "привет", "gh"]]
    rows = np.arange(len(pieces) * 2, dtype=np.float32)
    model = Q4Model(
        ModelShape(2, 1, 1, 2, len(pieces), 8, 1, 1e-12),
        Vocabulary(pieces, bos=0, eos=2, pad=1, unknown=3),
        {"emb.word": rows, "emb.pos": rows},
    )
    trimmed = trim(model)
    assert [piece for piece, _ in trimmed.vocabulary.pieces] == [*SPECIAL, "医疗", "gh"]
    assert trimmed.shape.vocabulary == 6
    assert trimmed.tensors["emb.word"].reshape(-1, 2)[-2:].tolist() == [[8, 9], [12, 13]]
    assert trimmed.tensors["emb.pos"] is rows
