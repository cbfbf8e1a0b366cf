from pathlib import Path

import pytest

from knowledge_base.index import settings
from knowledge_base.index.builder import build_index
from knowledge_base.index.drift import Drift, compare, index_drift
from knowledge_base.index.layout import DOCUMENTS_FILE
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from tests.knowledge_base.samples import Letters, document, fake_encoder

LEAVE, WAGE, CARE = (document(id=name) for name in ("leave", "wage", "care"))


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    made = IndexStore(tmp_path)
    build_index([LEAVE, WAGE], made, fake_encoder(), [Letters()])
    return made


def test_without_a_difference_there_is_no_drift(store: IndexStore) -> None:
    drift = index_drift(store, [WAGE, LEAVE], fake_encoder(), [Letters()])
    assert drift == Drift()
    assert not drift
    assert drift.lines() == []


def test_added_changed_and_removed_documents_are_named(store: IndexStore) -> None:
    changed = WAGE.model_copy(update={"revision": "2"})
    drift = index_drift(store, [changed, CARE], fake_encoder(), [Letters()])
    assert drift == Drift(added=("care",), changed=("wage",), removed=("leave",))
    assert drift
    assert drift.lines() == ["added: care", "changed: wage", "removed: leave"]
    assert drift.summary() == "1 added (care); 1 changed (wage); 1 removed (leave)"


def test_a_change_without_a_new_revision_is_a_change() -> None:
    assert compare([LEAVE], [LEAVE.model_copy(update={"source": "新"})]).changed == ("leave",)


def test_a_summary_stays_one_line() -> None:
    added = [document(id=f"d{number}") for number in range(9)]
    assert compare([], added).summary() == "9 added (d0, d1, d2, d3, d4…)"


def test_other_settings_are_drift(store: IndexStore, monkeypatch: pytest.MonkeyPatch) -> None:
    drift = index_drift(store, [LEAVE, WAGE], fake_encoder(name="other"), [Letters()])
    assert drift.lines() == ["settings: the index was made with fake:1, not with other"]
    analyser = Letters(fingerprint="letters:2")
    assert index_drift(store, [LEAVE, WAGE], fake_encoder(), [analyser]).settings
    monkeypatch.setattr(settings, "_DETERMINING_MODULES", ())
    drift = index_drift(store, [LEAVE, WAGE], fake_encoder(), [Letters()])
    assert drift.settings == ("was made by another version of this program",)


def test_without_a_sound_index_nothing_can_be_said(store: IndexStore, tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError):
        index_drift(IndexStore(tmp_path / "none"), [LEAVE], fake_encoder(), [Letters()])
    (store.current_version() / DOCUMENTS_FILE).write_bytes(b"")
    with pytest.raises(CorruptIndexError):
        index_drift(store, [LEAVE], fake_encoder(), [Letters()])
