import io
import struct
import zipfile

import pytest

from knowledge_base.importers import archives
from knowledge_base.importers.archives import check_archive
from knowledge_base.importers.refusal import UnreadableError
from tests.knowledge_base.importers.makers import docx, paragraph, zipped

MAIN = "word/document.xml"
MIB = 1024 * 1024


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        check_archive(content, main_part=MAIN)
    return str(caught.value)


def test_a_sound_file_passes() -> None:
    check_archive(docx(paragraph("字" * 10_000)), main_part=MAIN)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    bomb = docx(parts={"word/media/a.bin": "0" * (8 * MIB)})
    assert len(bomb) < 100_000
    assert "150 times its packed size" in refusal(bomb)


def test_a_large_part_is_refused() -> None:
    assert "more than 40 MiB" in refusal(docx(parts={"word/x.xml": " " * (41 * MIB)}))


def test_the_sum_of_all_entries_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_MIB", 1)
    assert "more than 1 MiB" in refusal(docx(parts={f"{n}.bin": "0" * MIB for n in range(2)}))


def test_a_lie_about_the_size_does_not_help() -> None:
    """The declared size is small, the packed data unpack to more."""
    size = 5 * MIB
    honest = zipped({MAIN: b"x", "a.bin": b"0" * size})
    lying = honest.replace(struct.pack("<L", size), struct.pack("<L", 10))
    assert lying != honest
    assert "damaged" in refusal(lying)


def test_the_number_of_entries_is_limited() -> None:
    assert "5001 entries" in refusal(zipped({str(number): b"" for number in range(5001)}))


def test_an_entry_that_stands_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(MAIN, "a")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(MAIN, "b")
    assert "entry twice" in refusal(file.getvalue())


def test_an_encrypted_entry_is_refused() -> None:
    content = bytearray(zipped({MAIN: b"x"}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refusal(bytes(content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "definition",
    ['<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "<!ENTITY a 'aaaaaaaaaa'>"],
)
def test_entities_are_refused(encoding: str, definition: str) -> None:
    assert "entities" in refusal(zipped({MAIN: f"<?xml?>{definition}<x/>".encode(encoding)}))


def test_a_definition_is_found_across_two_pieces() -> None:
    filling = b" " * (archives._PIECE - 3)
    assert "entities" in refusal(zipped({MAIN: filling + b"<!DOCTYPE x><x/>"}))


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", zipped({MAIN: b"x" * 999})[:-30]])
def test_a_damaged_archive_is_refused(content: bytes) -> None:
    assert "damaged" in refusal(content)
