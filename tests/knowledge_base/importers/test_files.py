import os
from pathlib import Path

import pytest

from knowledge_base.importers.files import FileFormat, files_below, read_source
from knowledge_base.importers.refusal import ImportRefusedError
from tests.knowledge_base.importers.makers import docx, paragraph, pdf, write, xlsx, zipped


def refusal(path: Path) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        read_source(path)
    assert caught.value.file == path
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.docx", docx(paragraph("字")), FileFormat.DOCX),
        ("a.XLSX", xlsx(["字"]), FileFormat.XLSX),
        ("a.pdf", pdf([]), FileFormat.PDF),
        ("a.htm", b"<p>x", FileFormat.HTML),
        ("a.md", b"x", FileFormat.MARKDOWN),
        ("a.txt", b"x", FileFormat.TEXT),
    ],
)
def test_the_type_comes_from_name_and_contents(
    tmp_path: Path, name: str, content: bytes, expected: FileFormat
) -> None:
    source = read_source(write(tmp_path / name, content))
    assert (source.format, source.content) == (expected, content)


def test_a_file_of_200_mb_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert refusal(path) == "has 200 MiB; at most 50 MiB are read"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "a.txt", " \n")) == "is empty"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.txt") == "No such file or directory"


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.symlink_to(write(tmp_path / "b.txt", "x"))
    assert "symbolic link" in refusal(path)


def test_a_named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert refusal(tmp_path / "a.txt") == "is not an ordinary file"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jpg", b"x", "unknown type"),
        ("a.doc", b"x", "save it as .docx"),
        ("a.et", b"x", "save it as .xlsx"),
        ("a.docx", b"x", "contents are text, not ZIP"),
        ("a.pdf", docx(), "contents are ZIP, not PDF"),
        ("a.txt", pdf([]), "contents are PDF, not text"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 WordDocument", "old Office file"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "is encrypted",
        ),
        ("a.xlsx", docx(), "xl/workbook.xml is missing"),
        ("a.docx", zipped({"word/document.xml": b"x"})[:40], "damaged"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    assert message in refusal(write(tmp_path / name, content))


def test_a_folder_gives_its_supported_files_in_order(tmp_path: Path) -> None:
    wanted = [
        write(tmp_path / "a.md", "x"),
        write(tmp_path / "b.TXT", "x"),
        write(tmp_path / "sub" / "c.html", "x"),
    ]
    for name in ("~$a.docx", ".hidden.md", "README.md", "picture.jpg", ".git/d.md"):
        write(tmp_path / name, "x")
    (tmp_path / "link.md").symlink_to(wanted[0])
    assert list(files_below(tmp_path)) == wanted


def test_a_file_gives_itself_also_when_it_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "README.jpg"
    assert list(files_below(path)) == [path]
