"""The platform's XML: a flat list of fields, read strictly and written safely."""

import re
from collections.abc import Mapping
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from api.channels.wechat.failures import MalformedMessageError, MessageTooLargeError

MAX_BYTES: Final = 256 * 1024
"""Many times what a message of the platform has."""
_DEPTH_AT_MOST = 8
_ELEMENTS_AT_MOST = 256
# What XML 1.0 (§2.2) does not allow, not even escaped. Followers paste it all the same.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACEMENT = "\ufffd"


def parse(body: bytes, max_bytes: int = MAX_BYTES) -> dict[str, str]:
    """The fields of a document ``<xml><Name>value</Name>…</xml>`` by name.

    A field that holds elements, as some events have, is left out: nothing here reads one, and no
    part of it can be taken for a field. Characters that XML forbids become U+FFFD; taking them
    out could make markup of what a follower wrote.

    Raises:
        MessageTooLargeError: more than ``max_bytes``; not looked at.
        MalformedMessageError: not UTF-8, not XML, a document type declaration, a field that comes
            twice, or text between the fields.
    """
    if len(body) > max_bytes:
        raise MessageTooLargeError
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise MalformedMessageError("not_utf8") from None
    fields = _Fields()
    parser = DefusedXMLParser(target=fields, forbid_dtd=True)
    try:
        # As text, so that an encoding which the document claims to have is not believed.
        parser.feed(_FORBIDDEN.sub(_REPLACEMENT, text))
        parser.close()
    except ParseError:
        raise MalformedMessageError("not_xml") from None
    except DefusedXmlException:
        raise MalformedMessageError("declarations") from None
    return fields.values


def build(fields: Mapping[str, str | int]) -> bytes:
    """A document with the fields in their order. The names are taken as they are."""
    return f"<xml>{''.join(map(_element, fields.items()))}</xml>".encode()


def _element(field: tuple[str, str | int]) -> str:
    name, value = field
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    # Three brackets could end the section: the text goes on in another one.
    safe = _FORBIDDEN.sub(_REPLACEMENT, value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"


class _Fields:
    """Takes the parser's events; makes no tree, so that none can become large."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._names: set[str] = set()
        self._depth = 0
        self._elements = 0
        self._text: list[str] = []
        self._is_flat = True

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEPTH_AT_MOST or self._elements > _ELEMENTS_AT_MOST:
            raise MalformedMessageError("too_many_elements")
        if self._depth == 1 and tag != "xml":
            raise MalformedMessageError("not_a_message")
        if self._depth == 2:
            if tag in self._names:
                raise MalformedMessageError("field_twice")
            self._names.add(tag)
            self._text = []
        self._is_flat = self._depth == 2

    def data(self, text: str) -> None:
        if self._depth == 2:
            self._text.append(text)
        elif self._depth == 1 and not text.isspace():
            raise MalformedMessageError("text_between_fields")

    def end(self, tag: str) -> None:
        if self._depth == 2 and self._is_flat:
            self.values[tag] = "".join(self._text)
        self._depth -= 1

    def close(self) -> None:
        """Wanted by the parser."""
