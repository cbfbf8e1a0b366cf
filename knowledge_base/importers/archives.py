"""DOCX and XLSX are ZIP archives of XML; what must hold before a parser sees one.

The declared sizes are checked first, because that costs nothing, then every entry is unpacked
in pieces and counted, because a declaration can lie.
"""

import io
import zipfile
import zlib

from knowledge_base.importers.refusal import UnreadableError

MAX_ENTRIES = 5_000
MAX_UNPACKED_MIB = 200
MAX_PART_MIB = 40
"""Largest XML part: a parser holds about ten times its size in memory."""

MAX_RATIO = 150
"""Largest unpacked size per packed byte; text in XML packs to a tenth or a twentieth."""

_MIB = 1024 * 1024
_RATIO_MATTERS_FROM = 4 * _MIB
_PIECE = 256 * 1024
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_ENCRYPTED_FLAG = 0x1
_DEFINITIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_LONGEST_DEFINITION = max(map(len, _DEFINITIONS))


def check_archive(content: bytes, *, main_part: str) -> None:
    """Refuse an archive that is damaged, encrypted, a bomb, or lacks the entry ``main_part``.

    XML parts with a document type definition are refused too: Office writes none, and
    entities are a way to read other files or to grow without bound.

    Raises:
        UnreadableError: one of these, in words for an operator.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_declared(entries, main_part)
            unpacked = 0
            for entry in entries:
                unpacked += _check_entry(archive, entry, _MIB * MAX_UNPACKED_MIB - unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableError("the file is damaged: its archive cannot be unpacked") from error


def _check_declared(entries: list[zipfile.ZipInfo], main_part: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(f"its archive has {len(entries)} entries; at most {MAX_ENTRIES}")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise UnreadableError("the file is damaged: its archive holds an entry twice")
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise UnreadableError("its archive is encrypted; save it without a password")
    if main_part not in names:
        raise UnreadableError(f"its contents are not those of its type ({main_part} is missing)")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_MIB * _MIB:
        raise UnreadableError(f"it would unpack to more than {MAX_UNPACKED_MIB} MiB")
    for entry in entries:
        _check_size(entry, entry.file_size)


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowed: int) -> int:
    """Unpack one entry without keeping it; return its size in bytes."""
    size = 0
    is_xml = entry.filename.lower().endswith(_XML_SUFFIXES)
    overlap = b""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > allowed:
                raise UnreadableError(f"it unpacks to more than {MAX_UNPACKED_MIB} MiB")
            _check_size(entry, size)
            window = overlap + piece
            if is_xml and any(word in window for word in _DEFINITIONS):
                raise UnreadableError("its XML defines a document type or entities")
            overlap = window[1 - _LONGEST_DEFINITION :]
    return size


def _check_size(entry: zipfile.ZipInfo, size: int) -> None:
    if entry.filename.lower().endswith(_XML_SUFFIXES) and size > MAX_PART_MIB * _MIB:
        raise UnreadableError(f"one of its parts unpacks to more than {MAX_PART_MIB} MiB")
    if size > _RATIO_MATTERS_FROM and size > MAX_RATIO * max(entry.compress_size, 1):
        raise UnreadableError(
            f"one of its parts unpacks to more than {MAX_RATIO} times its packed size"
        )
