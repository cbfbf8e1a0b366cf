from pathlib import Path

import pytest

from knowledge_base.paths import (
    data_directory,
    default_model_directory,
    embedding_model,
    index_directory,
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA_DIR", "INDEX_DIR", "EMBEDDING_MODEL"):
        monkeypatch.delenv(f"UNION_{name}", raising=False)


def test_defaults_lie_below_var() -> None:
    assert data_directory() == Path("var")
    assert index_directory() == Path("var/index")
    assert default_model_directory() == Path("var/models/union-e5-small")
    assert embedding_model() == "var/models/union-e5-small"


def test_the_data_directory_moves_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_DATA_DIR", "/srv/union")
    assert index_directory() == Path("/srv/union/index")
    assert embedding_model() == "/srv/union/models/union-e5-small"


def test_index_and_model_have_settings_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_INDEX_DIR", "/fast/index")
    monkeypatch.setenv("UNION_EMBEDDING_MODEL", "BAAI/bge-m3")
    assert index_directory() == Path("/fast/index")
    assert embedding_model() == "BAAI/bge-m3"


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA_DIR", "INDEX_DIR", "EMBEDDING_MODEL"):
        monkeypatch.setenv(f"UNION_{name}", "")
    assert index_directory() == Path("var/index")
    assert embedding_model() == "var/models/union-e5-small"
