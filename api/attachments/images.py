"""Reads how large a picture says it is, from its header alone; nothing is decoded.

Every function returns width and height in pixels, or None for what is not that kind of picture.
"""

import mmap
from typing import TypeAlias

Bytes: TypeAlias = bytes | mmap.mmap
"""A file's content; slices behind its end are short or empty, never an error."""
Dimensions: TypeAlias = tuple[int, int]

_MAX_SEGMENTS = 1000
"""A photo's metadata take a few dozen at most."""
# ITU-T T.81, table B.1. Frame headers are C0 to CF without DHT, JPG and DAC.
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN_OR_END = frozenset({0xD9, 0xDA})
_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"


def jpeg(data: Bytes) -> Dimensions | None:
    """JPEG (ITU-T T.81 annex B): the frame header before the first scan."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    for _ in range(_MAX_SEGMENTS):
        marker = data[at : at + 2]
        if len(marker) < 2 or marker[0] != 0xFF or marker[1] in _SCAN_OR_END:
            return None
        code = marker[1]
        if code == 0xFF:  # fill byte
            at += 1
        elif code in _WITHOUT_LENGTH:
            at += 2
        elif code in _FRAME_HEADERS:
            return _sized(_big(data[at + 7 : at + 9]), _big(data[at + 5 : at + 7]))
        else:
            length = _big(data[at + 2 : at + 4])
            if length < 2:
                return None
            at += 2 + length
    return None


def png(data: Bytes) -> Dimensions | None:
    """PNG (W3C, third edition): the header chunk, which comes first."""
    if data[:16] != _PNG_START:
        return None
    return _sized(_big(data[16:20]), _big(data[20:24]))


def gif(data: Bytes) -> Dimensions | None:
    """GIF 87a and 89a: the logical screen."""
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return _sized(_little(data[6:8]), _little(data[8:10]))


def webp(data: Bytes) -> Dimensions | None:
    """WebP (RFC 9649): lossy, lossless or extended."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    match data[12:16]:
        case b"VP8 " if data[23:26] == b"\x9d\x01\x2a":
            return _sized(_little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF)
        case b"VP8L" if data[20:21] == b"\x2f" and len(data) >= 25:
            bits = _little(data[21:25])
            return _sized((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X" if len(data) >= 30:
            return _sized(_little(data[24:27]) + 1, _little(data[27:30]) + 1)
    return None


def _sized(width: int, height: int) -> Dimensions | None:
    return (width, height) if width and height else None


def _big(part: bytes) -> int:
    return int.from_bytes(part, "big")


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")
