"""Bytes to text: Unicode where it is marked or valid, GB18030 otherwise."""

import codecs
import re

from knowledge_base.importers.refusal import UnreadableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's mark, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_COMMON_SHARE = 0.85
_COMMON_LEAD_BYTES = range(0xB0, 0xD8)
"""First bytes of the 3755 common characters in GB 2312."""

_WRONG = "the encoding is not UTF-8, UTF-16 with a byte order mark or GB18030; save it as UTF-8"


def decode_text(content: bytes) -> str:
    """Return the text with line feeds as line ends and without a byte order mark.

    Almost any bytes decode as GB18030, so the result must also look like Chinese: Big5 or
    Japanese text read as GB18030 gives mostly rare characters and is refused.

    Raises:
        UnreadableError: binary contents or another encoding.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return _clean(content[len(mark) :].decode(encoding))
            except UnicodeDecodeError as error:
                raise UnreadableError(_WRONG) from error
    try:
        return _clean(content.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if b"\x00" in content:
        raise UnreadableError("the contents are not text")
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnreadableError(_WRONG) from error
    if not _looks_chinese(text):
        raise UnreadableError(_WRONG)
    return _clean(text)


def _clean(text: str) -> str:
    if _CONTROL.search(text):
        raise UnreadableError("the contents are not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _looks_chinese(text: str) -> bool:
    hanzi = _HANZI.findall(text)
    if not hanzi or _PRIVATE.search(text):
        return False
    common = sum(_is_common(character) for character in hanzi)
    return common >= _COMMON_SHARE * len(hanzi)


def _is_common(character: str) -> bool:
    encoded = character.encode("gb18030")
    return len(encoded) == 2 and encoded[0] in _COMMON_LEAD_BYTES and encoded[1] >= 0xA1
