"""Names, ID numbers and phones: one spelling for each, and whether they can be right."""

import re
import unicodedata
from datetime import date

from api.members.texts import Fault

_DOTS = re.compile("[·•・‧∙⋅．.]")
_GAPS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff'\-]+")
_SPACES = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
# ISO 7064, MOD 11-2, as GB 11643-1999 prescribes it for the 18th digit.
_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_CHECK_DIGITS = "10X98765432"


def canonical_name(text: str) -> str:
    """A name without spaces, with one kind of dot (阿依古丽·买买提)."""
    # Before NFKC, which would turn some of the dots into something else.
    dotted = _DOTS.sub("·", text)
    return _SPACES.sub("", unicodedata.normalize("NFKC", dotted))


def canonical_id_number(text: str) -> str:
    """An ID number, or the end of one, without gaps and with a capital X."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).upper()


def canonical_phone(text: str) -> str:
    """A phone number without gaps and country code."""
    return _COUNTRY_CODE.sub("", _GAPS.sub("", unicodedata.normalize("NFKC", text)))


def is_mobile(phone: str) -> bool:
    """Whether a canonical number can be that of a Chinese mobile phone."""
    return _MOBILE.fullmatch(phone) is not None


def check_digit(first_17: str) -> str:
    """The 18th digit of an ID number (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def id_number_fault(number: str, *, today: date) -> Fault | None:
    """What is wrong with a canonical ID number; None if nothing is."""
    if not _ID_NUMBER.fullmatch(number):
        return Fault.ID_SHAPE
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Fault.ID_BIRTHDAY
    if not date(1900, 1, 1) <= born <= today:
        return Fault.ID_BIRTHDAY
    return None if check_digit(number[:17]) == number[17] else Fault.ID_CHECKSUM
