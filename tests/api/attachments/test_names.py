import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.attachments.kinds import JPEG, KINDS, PDF, Kind
from api.attachments.names import NAME_MAX_CHARS, clean_name, default_name, name_for

kinds = st.sampled_from(list(KINDS.values()))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("劳动合同.pdf", "劳动合同.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\calc.exe", "calc.exe"),
        ("C:\\Users\\王\\工资条.jpg", "工资条.jpg"),
        ("/", ""),
        ("..", ""),
        (".htaccess", "htaccess"),
        ("photo\u202egpj.exe", "photo gpj.exe"),
        ("\u2066a\u2069\u200fb\u061cc.pdf", "a b c.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "a b Set-Cookie x.pdf"),
        ('x" onload="alert(1).png', "x onload= alert(1).png"),
        ("<img src=x>.png", "img src=x .png"),
        ("\ud800.pdf", "pdf"),
        ("   ", ""),
    ],
)
def test_only_what_a_person_can_read_is_left(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("工资条.JPG", JPEG, "工资条.JPG"),
        ("工资条.jpeg", JPEG, "工资条.jpeg"),
        ("工资条.heic", JPEG, "工资条.jpg"),
        ("工资条", JPEG, "工资条.jpg"),
        ("合同.pdf.exe", PDF, "合同.pdf.exe.pdf"),
        ("v1.2", PDF, "v1.2.pdf"),
        ("", PDF, ""),
        ("长" * 200 + ".pdf", PDF, "长" * 96 + ".pdf"),
        ("长" * 200, PDF, "长" * 96 + ".pdf"),
    ],
)
def test_the_ending_says_what_the_file_is(name: str, kind: Kind, kept: str) -> None:
    assert name_for(name, kind) == kept


@given(st.text(alphabet=st.characters(), max_size=300), kinds)
def test_any_name_becomes_a_harmless_one(name: str, kind: Kind) -> None:
    kept = name_for(name, kind)
    assert len(kept) <= NAME_MAX_CHARS
    assert not set(kept) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(character)[0] == "C" for character in kept)
    assert kept == "" or kept.lower().endswith(kind.extensions)
    assert not kept.startswith(".")
    assert name_for(kept, kind) == kept


def test_a_file_without_a_name_gets_one() -> None:
    assert default_name("01JD000000000000000ABCDEFG", PDF) == "附件-BCDEFG.pdf"
    assert default_name("01JD000000000000000ABCDEFG", None) == "附件-BCDEFG"
