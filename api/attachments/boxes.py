"""Files made of boxes (ISO/IEC 14496-12): HEIC photos, MP4 videos and recordings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.attachments.images import Bytes, Dimensions

_MAX_BOXES = 64
"""In one place; more are not looked at, so that a file of a million boxes costs nothing."""
_FULL_BOXES = {b"meta": 4}
"""Bytes before the boxes inside one of this kind."""
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis"})
# Without QuickTime's own brand, which browsers do not play.
_MP4 = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"}
    | {b"M4A ", b"M4V ", b"MSNV", b"dash"}
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where the content of a box begins and ends."""

    kind: bytes
    start: int
    end: int


def heic(data: Bytes) -> Dimensions | None:
    """The largest picture in an HEIC file (ISO/IEC 23008-12), its tiles among them."""
    if not _brands(data) & _HEIC:
        return None
    sizes = [
        (
            int.from_bytes(data[box.start + 4 : box.start + 8], "big"),
            int.from_bytes(data[box.start + 8 : box.start + 12], "big"),
        )
        for box in _find(data, (b"meta", b"iprp", b"ipco", b"ispe"), 0, len(data))
    ]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    return (width, height) if width and height else None


def is_mp4_video(data: Bytes) -> bool:
    """Whether it is an MP4 file with moving pictures."""
    return b"vide" in _tracks(data)


def is_mp4_audio(data: Bytes) -> bool:
    """Whether it is an MP4 file with sound and no moving pictures (RFC 4337)."""
    tracks = _tracks(data)
    return b"soun" in tracks and b"vide" not in tracks


def _tracks(data: Bytes) -> frozenset[bytes]:
    """What the tracks of an MP4 file hold; empty for other files."""
    if not _brands(data) & _MP4:
        return frozenset()
    handlers = _find(data, (b"moov", b"trak", b"mdia", b"hdlr"), 0, len(data))
    return frozenset(data[box.start + 8 : box.start + 12] for box in handlers)


def _brands(data: Bytes) -> frozenset[bytes]:
    """What the file says it can be read as; empty if it is not made of boxes."""
    first = next(_boxes(data, 0, len(data)), None)
    if first is None or first.kind != b"ftyp":
        return frozenset()
    brands = data[first.start : min(first.end, first.start + 4 * _MAX_BOXES)]
    # The second place is a version number, which looks like no brand.
    return frozenset(brands[at : at + 4] for at in range(0, len(brands), 4))


def _find(data: Bytes, path: Sequence[bytes], start: int, end: int) -> Iterator[Box]:
    """Every box at the end of the path."""
    for box in _boxes(data, start, end):
        if box.kind != path[0]:
            continue
        if len(path) == 1:
            yield box
        else:
            inside = box.start + _FULL_BOXES.get(box.kind, 0)
            yield from _find(data, path[1:], inside, box.end)


def _boxes(data: Bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes of a place, up to the first one that does not fit into it."""
    for _ in range(_MAX_BOXES):
        header = 8
        size = int.from_bytes(data[start : start + 4], "big")
        kind = data[start + 4 : start + 8]
        if size == 1:
            header = 16
            size = int.from_bytes(data[start + 8 : start + 16], "big")
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            return
        yield Box(kind, start + header, start + size)
        start += size
