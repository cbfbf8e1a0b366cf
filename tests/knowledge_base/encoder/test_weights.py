from pathlib import Path

from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.weights import MARKER, weights_in, weights_of


def test_an_unpacked_encoder_has_the_weights_it_was_made_from(encoder: Encoder) -> None:
    assert encoder.weights == weights_in(encoder.directory) == weights_of()


def test_other_adapters_are_other_weights() -> None:
    assert weights_of(None) != weights_of()


def test_another_model_has_no_such_name(tmp_path: Path) -> None:
    assert weights_in(tmp_path) is None
    (tmp_path / MARKER).write_text("{}", encoding="utf-8")
    assert weights_in(tmp_path) not in (None, weights_of())
