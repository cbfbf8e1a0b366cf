"""Small files of foreign formats, made in code so that nothing binary is in the repository."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_STYLES = f'<w:styles xmlns:w="{_WORD}">' + "".join(
    f'<w:style w:type="paragraph" w:styleId="{identifier}"><w:name w:val="{name}"/></w:style>'
    for identifier, name in (("T", "Title"), ("1", "heading 1"), ("2", "heading 2"))
)


def paragraph(text: str, style: str | None = None) -> str:
    """Return a Word paragraph; ``style`` is T (title), 1 or 2 (headings)."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def table(*rows: Sequence[str]) -> str:
    """Return a Word table."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{each}</w:tr>' for each in cells)}</w:tbl>"


def docx(*elements: str, prologue: str = "", parts: dict[str, str] | None = None) -> bytes:
    """Return a DOCX file of paragraphs and tables; ``parts`` are added or replaced."""
    body = "".join(elements)
    document = f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:body>{body}</w:body>'
    written = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONSHIPS,
        "word/document.xml": f"{prologue}{document}</w:document>",
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="s" '
            f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
        "word/styles.xml": f"{_STYLES}</w:styles>",
        **(parts or {}),
    }
    return zipped({name: text.encode() for name, text in written.items()})


def zipped(entries: dict[str, bytes]) -> bytes:
    """Return a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx(*rows: Sequence[Any], title: str = "常见问题") -> bytes:
    """Return a workbook with one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """Return a workbook's file."""
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def write(path: Path, content: bytes | str) -> Path:
    """Write a file, text as UTF-8, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


FONT_SIZE = 12
LEFT = 72
INDENT = 2 * FONT_SIZE
CHARACTERS_A_LINE = 30


def pdf_paragraphs(*paragraphs: str) -> list[tuple[int, str]]:
    """Set Chinese paragraphs as office programs do: first line indented, broken at the margin."""
    lines: list[tuple[int, str]] = []
    for text in paragraphs:
        first, rest = text[: CHARACTERS_A_LINE - 2], text[CHARACTERS_A_LINE - 2 :]
        lines.append((LEFT + INDENT, first))
        for start in range(0, len(rest), CHARACTERS_A_LINE):
            lines.append((LEFT, rest[start : start + CHARACTERS_A_LINE]))
    return lines


def pdf(*pages: list[tuple[int, str]], password: str | None = None, ordering: str = "GB1") -> bytes:
    """Return a PDF file; a page is a list of lines, each with its left edge in points.

    A page without lines is a grey square, as a scan would be. With a ``password`` the file is
    encrypted; the empty one restricts what may be done with it but lets everybody read it.
    """
    key = None if password is None else _file_key(password)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /DW 1000 /CIDSystemInfo"
        b" << /Registry %b /Ordering %b /Supplement 2 >> /FontDescriptor 5 0 R >>"
        % (_string(key, 4, b"Adobe"), _string(key, 4, ordering.encode())),
        b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /Ascent 880 /Descent -120"
        b" /FontBBox [0 -120 1000 880] >>",
    ]
    kids = []
    for lines in pages:
        drawn = b"0.5 g 72 72 400 600 re f" if not lines else b""
        for row, (left, text) in enumerate(lines):
            top = 760 - row * 1.5 * FONT_SIZE
            code = text.encode("utf-16-be").hex()
            drawn += f"BT /F1 {FONT_SIZE} Tf {left} {top} Td <{code}> Tj ET\n".encode()
        if key is not None:
            drawn = _rc4(_object_key(key, len(objects) + 1), drawn)
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
    references = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{references}] >>".encode()
    trailer = "/Root 1 0 R"
    if key is not None:
        trailer += (
            f" /ID [<{_ID.hex()}> <{_ID.hex()}>] /Encrypt << /Filter /Standard /V 1 /R 2"
            f" /P -4 /O <{_OWNER.hex()}> /U <{_rc4(key, _PADDING).hex()}> >>"
        )
    return _pdf_file(objects, trailer)


# The weakest encryption that PDF knows (PDF 32000-1, 7.6.3): enough to be locked out.
_ID = b"\x11" * 16
_OWNER = b"\x22" * 32
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def _file_key(password: str) -> bytes:
    padded = (password.encode() + _PADDING)[:32]
    permissions = (-4).to_bytes(4, "little", signed=True)
    return hashlib.md5(padded + _OWNER + permissions + _ID, usedforsecurity=False).digest()[:5]


def _object_key(key: bytes, number: int) -> bytes:
    name = number.to_bytes(3, "little") + b"\0\0"
    return hashlib.md5(key + name, usedforsecurity=False).digest()[:10]


def _string(key: bytes | None, number: int, text: bytes) -> bytes:
    scrambled = text if key is None else _rc4(_object_key(key, number), text)
    return b"<%b>" % scrambled.hex().encode()


def _rc4(key: bytes, content: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    output, i, j = bytearray(), 0, 0
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        output.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(output)


def _pdf_file(objects: list[bytes], trailer: str) -> bytes:
    file = io.BytesIO()
    file.write(b"%PDF-1.5\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(file.tell())
        file.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = file.tell()
    file.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for offset in offsets:
        file.write(f"{offset:010d} 00000 n \n".encode())
    file.write(
        f"trailer << /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    )
    return file.getvalue()
