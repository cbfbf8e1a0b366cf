"""Small files of every kind; pictures are written by Pillow and documents by ReportLab, so that
they are what other people's programs make of the formats."""

import io

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

HTML = b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
ZIP = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)


def picture(kind: str, width: int = 40, height: int = 30, **options: object) -> bytes:
    """``kind``: as Pillow calls it, such as JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(file, kind, **options)
    return file.getvalue()


def jpeg(width: int = 40, height: int = 30) -> bytes:
    return picture("JPEG", width, height)


def pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawString(100, 700, "labour contract")
    canvas.save()
    return file.getvalue()


def amr(frames: int = 30) -> bytes:
    """12.2 kbit/s speech, as WeChat records it."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * frames


def mp3(frames: int = 10, *, id3: bytes = b"", header: bytes = b"\xff\xfb\x90\x00") -> bytes:
    """128 kbit/s at 44.1 kHz: 417 bytes a frame."""
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, len(id3) >> 7, len(id3) & 0x7F]) + id3 if id3 else b""
    return tag + (header + bytes(413)) * frames


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def mp4(*tracks: bytes, brand: bytes = b"isom") -> bytes:
    """``tracks``: handler types, such as vide and soun."""
    track_boxes = [
        box(
            b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"hdlr", bytes(8), track, bytes(13)))
        )
        for track in tracks
    ]
    start = box(b"ftyp", brand, bytes(4), brand)
    # Phones write the index behind the pictures.
    return start + box(b"mdat", bytes(64)) + box(b"moov", box(b"mvhd", bytes(100)), *track_boxes)


def heic(*sizes: tuple[int, int], brands: bytes = b"heic" + bytes(4) + b"mif1heic") -> bytes:
    properties = [
        box(b"ispe", bytes(4), width.to_bytes(4, "big"), height.to_bytes(4, "big"))
        for width, height in sizes
    ]
    boxes = box(b"iprp", box(b"ipco", box(b"colr", bytes(7)), *properties))
    return box(b"ftyp", brands) + box(b"meta", bytes(4), box(b"hdlr", bytes(25)), boxes)


ALL = {
    "image/jpeg": jpeg(),
    "image/png": picture("PNG"),
    "image/gif": picture("GIF"),
    "image/webp": picture("WEBP"),
    "image/heic": heic((40, 30)),
    "application/pdf": pdf(),
    "audio/amr": amr(),
    "audio/mpeg": mp3(),
    "audio/mp4": mp4(b"soun", brand=b"M4A "),
    "video/mp4": mp4(b"vide", b"soun"),
}
"""One file of each kind, by content type."""
