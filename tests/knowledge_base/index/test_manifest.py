import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge_base.index.manifest import MANIFEST_FILE, Manifest, file_digests


def manifest() -> Manifest:
    return Manifest(
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        fingerprint="f",
        encoder="e",
        probe=[0.1, 0.2],
        analysers={"words": "t"},
        code="c",
        documents=1,
        units=2,
        files={"a": "b"},
    )


def test_it_survives_json() -> None:
    assert Manifest.model_validate_json(manifest().model_dump_json()) == manifest()


def test_another_format_is_refused() -> None:
    with pytest.raises(ValidationError):
        Manifest.model_validate({**manifest().model_dump(), "format": 1})


def test_every_file_but_the_manifest_has_a_digest(tmp_path: Path) -> None:
    (tmp_path / "lexical").mkdir()
    (tmp_path / "lexical" / "data").write_bytes(b"x")
    (tmp_path / "lexical" / MANIFEST_FILE).write_bytes(b"y")
    (tmp_path / MANIFEST_FILE).write_bytes(b"z")
    assert file_digests(tmp_path) == {
        "lexical/data": hashlib.sha256(b"x").hexdigest(),
        f"lexical/{MANIFEST_FILE}": hashlib.sha256(b"y").hexdigest(),
    }
