import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.attachments.kinds import JPEG
from api.attachments.refusals import FileRefusedError, Refusal
from api.attachments.storage import DIRECTORY, Storage
from api.storage.models import new_id
from tests.api.attachments.samples import HTML, jpeg
from tests.api.attachments.scene import files_in


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / DIRECTORY, min_free_bytes=0)


def _keep(storage: Storage, content: bytes = jpeg()) -> str:
    attachment_id = new_id()
    upload = storage.begin()
    upload.write(content)
    upload.finish()
    storage.keep(upload, attachment_id)
    upload.discard()
    return attachment_id


def test_a_file_lies_under_its_id_for_the_gateway_alone(tmp_path: Path, storage: Storage) -> None:
    attachment_id = _keep(storage)
    found = storage.find(attachment_id)
    assert found is not None
    path, status = found
    assert path == tmp_path / DIRECTORY / attachment_id[-2:] / attachment_id
    assert path.read_bytes() == jpeg()
    assert stat.S_IMODE(status.st_mode) == 0o600
    for directory in (path.parent, tmp_path / DIRECTORY, tmp_path / DIRECTORY / "incoming"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_an_upload_knows_its_size_its_digest_and_its_kind(storage: Storage) -> None:
    upload = storage.begin()
    upload.write(jpeg()[:100])
    upload.write(jpeg()[100:])
    assert upload.finish() is JPEG
    assert upload.size == len(jpeg())
    assert len(upload.sha256) == 64
    upload.discard()


@pytest.mark.parametrize(("content", "refusal"), [(b"", Refusal.EMPTY), (HTML, Refusal.KIND)])
def test_what_is_refused_leaves_nothing(
    tmp_path: Path, storage: Storage, content: bytes, refusal: Refusal
) -> None:
    upload = storage.begin()
    upload.write(content)
    with pytest.raises(FileRefusedError) as caught:
        upload.finish()
    upload.discard()
    assert caught.value.refusal is refusal
    assert files_in(tmp_path) == []


def test_a_file_is_deleted_once(storage: Storage) -> None:
    attachment_id = _keep(storage)
    storage.delete(attachment_id)
    storage.delete(attachment_id)
    assert storage.find(attachment_id) is None


@pytest.mark.parametrize(
    "name", ["", "..", "../gateway.db", "01JD/../../x", new_id() + "\n", "a" * 26]
)
def test_only_ids_lead_to_a_file(storage: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        storage.find(name)
    with pytest.raises(ValueError, match="not the id"):
        storage.delete(name)


def test_a_disk_that_is_nearly_full_takes_no_files(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        Storage(tmp_path / DIRECTORY, min_free_bytes=2**62).begin()
    assert files_in(tmp_path) == []


def test_old_files_and_old_uploads_are_told_from_those_being_written(
    tmp_path: Path, storage: Storage
) -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    long_ago = (before - timedelta(minutes=1)).timestamp()
    old, young = _keep(storage), _keep(storage)
    os.utime(storage.find(old)[0], (long_ago, long_ago))  # type: ignore[index]
    left, going_on = storage.begin(), storage.begin()
    os.utime(left.path, (long_ago, long_ago))
    assert list(storage.last_written_before(before)) == [old]
    assert storage.discard_left_before(before) == 1
    assert files_in(tmp_path) == sorted([old, young, going_on.path.name])
    left.discard()
    going_on.discard()


def test_there_may_be_nothing_yet(storage: Storage) -> None:
    assert list(storage.last_written_before(datetime.now(UTC))) == []
    assert storage.discard_left_before(datetime.now(UTC)) == 0
