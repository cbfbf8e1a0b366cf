"""Files that are two things at once, grow, or have names that lead elsewhere, over HTTP.

Each is refused, or kept as it came and given out so that a browser can do nothing with it; the
recognition itself is tested in ``tests/api/attachments``.
"""

import gzip
import io
import re
import zipfile
import zlib
from itertools import count
from pathlib import Path

import httpx2
import pytest

from api.attachments.storage import DIRECTORY
from api.settings import Settings
from tests.api.attachments.samples import HTML, SVG, jpeg, mp4, pdf, picture
from tests.api.attachments.scene import files_in, hand_over
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio
_numbers = count()
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
PHP = b"<?php system($_GET[0]); ?>"
JAVASCRIPT = b"/*" + b"\x00" * 10 + b"*/=1;alert(document.domain)//"


def jar() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil\n")
        archive.writestr("Evil.class", b"\xca\xfe\xba\xbe")
    return file.getvalue()


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(20 * 2**20))
    return file.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + check


def png_with(chunk: bytes) -> bytes:
    """A whole picture with one more chunk behind its header."""
    whole = picture("PNG")
    header_end = 8 + 12 + 13
    return whole[:header_end] + chunk + whole[header_end:]


def png_bomb(width: int, height: int) -> bytes:
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x06\x00\x00\x00"
    rows = zlib.compress(bytes(2**20))
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", rows)
        + png_chunk(b"IEND", b"")
    )


TWO_THINGS: list[tuple[bytes, str]] = [
    (pdf().replace(b"%%EOF", HTML + b"\n%%EOF"), "application/pdf"),
    (
        pdf().replace(b"%%EOF", b"/OpenAction << /JS (app.alert(1)) >>\n%%EOF"),
        "application/pdf",
    ),
    (picture("PNG") + JAVASCRIPT, "image/png"),
    (png_with(png_chunk(b"tEXt", b"Comment\x00" + HTML)), "image/png"),
    (png_with(png_chunk(b"iCCP", b"x\x00\x00" + zlib.compress(bytes(2**24)))), "image/png"),
    (picture("GIF") + jar(), "image/gif"),
    (jpeg() + jar(), "image/jpeg"),
    (picture("JPEG", comment=PHP), "image/jpeg"),
    (picture("JPEG", comment=HTML), "image/jpeg"),
    (picture("WEBP") + HTML, "image/webp"),
    (mp4(b"vide", b"soun") + HTML, "video/mp4"),
]

REFUSED: list[tuple[bytes, str]] = [
    (HTML, "file_kind_refused"),
    (SVG, "file_kind_refused"),
    (b"\xef\xbb\xbf  " + SVG, "file_kind_refused"),
    (gzip.compress(SVG), "file_kind_refused"),
    (jar(), "file_kind_refused"),
    (jar() + picture("GIF"), "file_kind_refused"),
    (zip_bomb(), "file_kind_refused"),
    (gzip.compress(bytes(2**20)), "file_kind_refused"),
    (HTML + pdf(), "file_kind_refused"),
    (b"GIF89a/*" + HTML, "file_too_large"),
    (png_bomb(65_000, 65_000), "file_too_large"),
    (png_bomb(2**31 - 1, 1_000_000), "file_too_large"),
    (JAVASCRIPT, "file_kind_refused"),
    (PHP, "file_kind_refused"),
    (b"#!/bin/sh\nrm -rf /\n", "file_kind_refused"),
    (b"MZ" + bytes(200), "file_kind_refused"),
]

NAMES = [
    "../../../../etc/passwd",
    "..\\..\\windows\\system32\\x.exe",
    "/etc/cron.d/x",
    "C:\\autoexec.bat",
    "....//....//x.jpg",
    "%2e%2e%2fx.html",
    "x.jpg\x00.html",
    'x".html"; filename="y.html',
    "x.jpg\r\nSet-Cookie: a=b",
    "\u202egpj.exe",
    ".htaccess",
    "CON",
    "a" * 5000 + ".html",
    "~/.ssh/authorized_keys",
    "",
    ".",
    "..",
]


@pytest.fixture
async def worker(running_gateway: Gateway) -> Worker:
    """A worker whose case waits for a person."""
    worker = await running_gateway.worker()
    await hand_over(running_gateway.database, worker.id)
    return worker


async def send(worker: Worker, content: bytes, name: str = "照片.jpg") -> httpx2.Response:
    return await worker.client.post(
        f"/api/v1/conversations/{worker.id}/attachments",
        files={"file": (name, content, "text/html")},
        data={"client_message_id": f"f{next(_numbers)}"},
        headers=worker.headers,
    )


async def fetch(worker: Worker, sent: httpx2.Response) -> httpx2.Response:
    url = f"/api/v1/conversations/{worker.id}/attachments/{sent.json()['attachment']['id']}"
    return await worker.client.get(url, headers=worker.headers)


async def test_a_file_that_is_two_things_does_nothing(worker: Worker) -> None:
    for content, kept_as in TWO_THINGS:
        sent = await send(worker, content, name="x.html")
        assert sent.status_code == 201, (kept_as, sent.text)
        given = await fetch(worker, sent)
        assert given.content == content
        assert given.headers["Content-Type"] == kept_as
        assert given.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'; sandbox" in given.headers["Content-Security-Policy"]
        assert given.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        how, _, name = given.headers["Content-Disposition"].partition(";")
        assert how == ("inline" if kept_as.startswith("image/") else "attachment")
        assert not name.rstrip('"').endswith((".html", ".js", ".jar", ".php"))


async def test_what_can_do_something_or_grows_is_refused(
    worker: Worker, settings: Settings
) -> None:
    for content, code in REFUSED:
        refused = await send(worker, content)
        assert refused.json()["error"]["code"] == code, content[:40]
    assert files_in(settings.data_dir) == []


async def test_a_name_leads_nowhere(worker: Worker, settings: Settings) -> None:
    before, kept = _outside(settings.data_dir), 0
    for name in NAMES:
        sent = await send(worker, jpeg(), name=name)
        if sent.status_code == 400:
            continue  # no file of a form, or more than a header may be
        assert sent.status_code == 201, (name, sent.text)
        kept += 1
        shown = sent.json()["attachment"]["name"]
        assert not set('/\\\0\r\n"\u202e') & set(shown)
        assert shown == "" or shown.endswith((".jpg", ".jpeg"))
        given = await fetch(worker, sent)
        assert "Set-Cookie" not in given.headers
        assert ".." not in given.headers["Content-Disposition"].replace("%2e", ".")
    stored = files_in(settings.data_dir)
    assert len(stored) == kept > len(NAMES) / 2
    assert all(_ID.fullmatch(each) for each in stored)
    assert _outside(settings.data_dir) == before


def _outside(data_dir: Path) -> set[Path]:
    """What lies in the folder, and beside it, but not among the attachments."""
    return {
        path
        for path in data_dir.parent.rglob("*")
        if DIRECTORY not in path.parts and not path.name.startswith("gateway.db")
    }
