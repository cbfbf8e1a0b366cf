from pathlib import Path

import numpy as np
import pytest

from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.openvino_transformer import OPENVINO_DIR, OpenVinoTransformer
from knowledge_base.encoder.runtime import Runtime

TEXTS = ["年休假几天", "拖欠工资去哪里投诉", "", "a", "办法元要准备些啥 " * 80]


@pytest.fixture(scope="module")
def stock_runtime(encoder: Encoder) -> Encoder:
    return Encoder(encoder.directory, Runtime.TORCH)


def test_both_runtimes_give_the_same_vectors(encoder: Encoder, stock_runtime: Encoder) -> None:
    for one, other in (
        (encoder.encode_queries(TEXTS), stock_runtime.encode_queries(TEXTS)),
        (encoder.encode_passages(TEXTS), stock_runtime.encode_passages(TEXTS)),
    ):
        assert (one * other).sum(axis=1).min() >= 0.99


def test_auto_takes_the_export_where_there_is_one(encoder: Encoder) -> None:
    exported = Encoder(encoder.directory, Runtime.OPENVINO)
    np.testing.assert_array_equal(exported.probe, encoder.probe)


def test_a_model_without_export_is_refused_for_openvino(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="torch runtime"):
        Encoder(tmp_path, Runtime.OPENVINO)


def test_a_half_written_export_is_refused(tmp_path: Path) -> None:
    (tmp_path / OPENVINO_DIR).mkdir()
    with pytest.raises(OSError, match="is missing"):
        OpenVinoTransformer(tmp_path)


def test_the_setting_chooses_the_runtime(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_ENCODER_RUNTIME", "onnx")
    with pytest.raises(ValueError, match="onnx"):
        Encoder(encoder.directory)
