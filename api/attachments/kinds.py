"""Which kinds of files are kept, and how a file is recognised: by its bytes, from the first on.

A library of signatures only looks at the first bytes, and those in question neither agree from
version to version nor know every common MP4 brand. Here a file has to hold up as what it looks
like: a picture has dimensions, an MP4 file has tracks, a recording has frames one after another.
SVG and HTML are text, and have no place here. Nothing is unpacked: a document with a stream that
would grow to gigabytes is a document of its size on the disk.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from api.attachments import boxes, images, sounds
from api.attachments.images import Bytes, Dimensions
from api.attachments.refusals import FileRefusedError, Refusal

_MIB = 1024 * 1024
MAX_PIXELS = 50 * _MIB
"""Photos of the phones that are sold with "50 megapixels" have up to 50.4 million."""
_PDF_START = re.compile(rb"%PDF-[12]\.\d")
_PDF_END = b"%%EOF"
_PDF_END_WITHIN = 1024
"""What readers accept behind the end (PDF Reference 1.7, implementation note 18)."""


class Family(StrEnum):
    """What a file is to a person."""

    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"


MAX_BYTES: Mapping[Family, int] = MappingProxyType(
    {
        Family.IMAGE: 10 * _MIB,
        Family.DOCUMENT: 10 * _MIB,
        Family.AUDIO: 2 * _MIB,
        Family.VIDEO: 10 * _MIB,
    }
)
LARGEST_BYTES = max(MAX_BYTES.values())


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. ``extensions``: the first one is given to a file without a name of its own.
    ``is_shown``: every browser shows it, and it cannot do anything there."""

    content_type: str
    family: Family
    extensions: tuple[str, ...]
    is_shown: bool = False


JPEG = Kind("image/jpeg", Family.IMAGE, (".jpg", ".jpeg"), is_shown=True)
PNG = Kind("image/png", Family.IMAGE, (".png",), is_shown=True)
GIF = Kind("image/gif", Family.IMAGE, (".gif",), is_shown=True)
WEBP = Kind("image/webp", Family.IMAGE, (".webp",), is_shown=True)
HEIC = Kind("image/heic", Family.IMAGE, (".heic", ".heif"))
PDF = Kind("application/pdf", Family.DOCUMENT, (".pdf",))
AMR = Kind("audio/amr", Family.AUDIO, (".amr",))
MP3 = Kind("audio/mpeg", Family.AUDIO, (".mp3",))
M4A = Kind("audio/mp4", Family.AUDIO, (".m4a",))
MP4 = Kind("video/mp4", Family.VIDEO, (".mp4",))

KINDS: Mapping[str, Kind] = MappingProxyType(
    {k.content_type: k for k in (JPEG, PNG, GIF, WEBP, HEIC, PDF, AMR, MP3, M4A, MP4)}
)
"""Every kind that is kept, by content type."""


def _is_pdf(data: Bytes) -> bool:
    """Whether it is a whole PDF document that nothing stands before."""
    return bool(_PDF_START.match(data[:8])) and _PDF_END in data[-_PDF_END_WITHIN:]


_PICTURES: tuple[tuple[Kind, Callable[[Bytes], Dimensions | None]], ...] = (
    (JPEG, images.jpeg),
    (PNG, images.png),
    (GIF, images.gif),
    (WEBP, images.webp),
    (HEIC, boxes.heic),
)
_OTHERS: tuple[tuple[Kind, Callable[[Bytes], bool]], ...] = (
    (PDF, _is_pdf),
    (AMR, sounds.is_amr),
    (M4A, boxes.is_mp4_audio),
    (MP4, boxes.is_mp4_video),
    (MP3, sounds.is_mp3),
)


def recognise(data: Bytes) -> Kind:
    """The kind of a whole file. Raises ``FileRefusedError``: empty, too_large, kind, dimensions."""
    if not len(data):
        raise FileRefusedError(Refusal.EMPTY)
    kind = _kind_of(data)
    if len(data) > MAX_BYTES[kind.family]:
        raise FileRefusedError(Refusal.TOO_LARGE)
    return kind


def _kind_of(data: Bytes) -> Kind:
    for kind, dimensions_of in _PICTURES:
        dimensions = dimensions_of(data)
        if dimensions is not None:
            width, height = dimensions
            if width * height > MAX_PIXELS:
                raise FileRefusedError(Refusal.DIMENSIONS)
            return kind
    for kind, is_kind in _OTHERS:
        if is_kind(data):
            return kind
    raise FileRefusedError(Refusal.KIND)
