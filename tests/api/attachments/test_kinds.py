import mmap
import zlib
from contextlib import suppress
from pathlib import Path

import puremagic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.attachments.kinds import (
    KINDS,
    LARGEST_BYTES,
    MAX_BYTES,
    PDF,
    Family,
    recognise,
)
from api.attachments.refusals import FileRefusedError, Refusal
from tests.api.attachments.samples import ALL, HTML, SVG, ZIP, amr, heic, jpeg, mp4, pdf, picture


def _refusal_of(data: bytes) -> Refusal:
    with pytest.raises(FileRefusedError) as caught:
        recognise(data)
    return caught.value.refusal


@pytest.mark.parametrize("content_type", KINDS)
def test_every_kind_is_recognised_by_its_bytes(content_type: str) -> None:
    assert recognise(ALL[content_type]).content_type == content_type


@pytest.mark.parametrize("content_type", KINDS)
def test_a_file_on_the_disk_reads_like_one_in_memory(content_type: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(ALL[content_type])
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        assert recognise(content).content_type == content_type


@pytest.mark.parametrize("content_type", KINDS)
def test_a_library_of_signatures_says_the_same_where_it_knows_the_file(content_type: str) -> None:
    kind = KINDS[content_type]
    named = {match.extension for match in puremagic.magic_string(ALL[content_type][:512])}
    # It has names of its own for two kinds.
    assert named & {*kind.extensions, *({".mpga", ".mp1"} if kind.extensions == (".mp3",) else ())}


@pytest.mark.parametrize(
    "data",
    [
        HTML,
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b"<!-- " + jpeg() + b" -->",
        b"\n" + jpeg(),
        ZIP,
        b"MZ" + bytes(1000),
        b"\x7fELF" + bytes(1000),
        b"BM" + bytes(100),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        b"{\\rtf1}",
        b"PK\x03\x04" + pdf(),
        HTML + pdf(),
        b"GIF89a" + bytes(4),
        b"GIF89",
        picture("PNG")[:20],
        jpeg()[:100],
        picture("BMP"),
        picture("TIFF"),
        pdf()[: len(pdf()) // 2],
        mp4(b"vide", brand=b"qt  "),
        "文字".encode(),
        b"\x00",
    ],
)
def test_what_is_not_kept_is_refused(data: bytes) -> None:
    assert _refusal_of(data) is Refusal.KIND


def test_nothing_is_no_file() -> None:
    assert _refusal_of(b"") is Refusal.EMPTY


@pytest.mark.parametrize(
    ("polyglot", "served_as"),
    [
        (jpeg() + ZIP, "image/jpeg"),
        (picture("GIF") + ZIP, "image/gif"),
        (picture("JPEG", comment=HTML), "image/jpeg"),
        (picture("PNG") + HTML, "image/png"),
        (jpeg() + pdf(), "image/jpeg"),
        (pdf().replace(b"%%EOF", HTML + b"\n%%EOF"), "application/pdf"),
    ],
)
def test_a_file_that_is_two_things_is_what_it_begins_as(polyglot: bytes, served_as: str) -> None:
    assert recognise(polyglot).content_type == served_as


def test_a_document_with_something_long_behind_its_end_is_refused() -> None:
    assert _refusal_of(pdf() + ZIP.ljust(2000, b"\x00")) is Refusal.KIND


def test_a_document_that_would_grow_is_only_as_large_as_it_is() -> None:
    packed = zlib.compress(bytes(16 * 1024 * 1024), 1)
    bomb = pdf().replace(b"stream\n", b"stream\n" + packed, 1)
    assert packed in bomb
    assert recognise(bomb) is PDF


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02",
        b"GIF89a\xff\xff\xff\xff\x00\x00\x00",
        b"GIF89a/*  */=1;alert(1)",
        jpeg()[:2] + b"\xff\xc2\x00\x11\x08\xff\xff\xff\xff",
        heic((40, 30), (2**32 - 1, 2**32 - 1)),
    ],
)
def test_a_picture_that_would_fill_the_memory_is_refused(bomb: bytes) -> None:
    assert _refusal_of(bomb) is Refusal.DIMENSIONS


def test_the_largest_photos_of_phones_are_kept() -> None:
    assert recognise(heic((8192, 6144)))
    assert _refusal_of(heic((12000, 9000))) is Refusal.DIMENSIONS


def test_each_family_has_its_limit() -> None:
    limit = MAX_BYTES[Family.AUDIO]
    assert recognise(amr().ljust(limit, b"\x00"))
    assert _refusal_of(amr().ljust(limit + 1, b"\x00")) is Refusal.TOO_LARGE
    assert recognise(jpeg().ljust(LARGEST_BYTES, b"\x00"))
    assert _refusal_of(jpeg().ljust(LARGEST_BYTES + 1, b"\x00")) is Refusal.TOO_LARGE


@given(st.sampled_from(sorted(ALL)), st.data())
def test_damaged_files_are_kept_or_refused_but_never_an_error(
    content_type: str, data: st.DataObject
) -> None:
    whole = bytearray(ALL[content_type])
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, min(len(whole), 200) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileRefusedError):
        assert recognise(bytes(whole[: data.draw(st.integers(0, len(whole)))])) in KINDS.values()
