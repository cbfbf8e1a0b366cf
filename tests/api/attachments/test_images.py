import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.attachments import images
from tests.api.attachments.samples import ALL, picture

READERS = {"JPEG": images.jpeg, "PNG": images.png, "GIF": images.gif, "WEBP": images.webp}
sides = st.integers(1, 300)


@given(st.sampled_from(sorted(READERS)), sides, sides)
def test_dimensions_are_those_another_program_wrote(kind: str, width: int, height: int) -> None:
    assert READERS[kind](picture(kind, width, height)) == (width, height)


@pytest.mark.parametrize(
    "options",
    [
        {"progressive": True},
        {"exif": b"Exif\x00\x00" + bytes(60_000)},
        {"comment": b"<script>alert(1)</script>"},
        {"icc_profile": bytes(200_000)},
    ],
)
def test_a_jpeg_is_read_past_its_metadata(options: dict[str, object]) -> None:
    assert images.jpeg(picture("JPEG", 640, 480, **options)) == (640, 480)


def test_a_lossless_webp_is_read() -> None:
    assert images.webp(picture("WEBP", 301, 7, lossless=True)) == (301, 7)


def test_an_extended_webp_is_read() -> None:
    with_metadata = picture("WEBP", 301, 7, exif=b"Exif\x00\x00" + bytes(10))
    assert with_metadata[12:16] == b"VP8X"
    assert images.webp(with_metadata) == (301, 7)


def test_a_frame_before_its_fill_bytes_is_found() -> None:
    jpeg = picture("JPEG")
    assert images.jpeg(jpeg[:2] + b"\xff\xff\xff\xd0" + jpeg[2:]) == (40, 30)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x00",
        b"\xff\xd8" + b"\xff" * 100_000,
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000,
        b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x00\x00\x01",
    ],
)
def test_a_jpeg_without_a_size_is_none(data: bytes) -> None:
    assert images.jpeg(data) is None


@given(st.sampled_from(sorted(READERS)), st.data())
def test_what_is_cut_off_or_damaged_is_not_an_error(kind: str, data: st.DataObject) -> None:
    whole = bytearray(picture(kind))
    for _ in range(data.draw(st.integers(0, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    found = READERS[kind](cut)
    assert found is None or min(found) > 0


@pytest.mark.parametrize("content_type", ALL)
def test_a_picture_is_of_one_kind_only(content_type: str) -> None:
    readers = [reader for reader in READERS.values() if reader(ALL[content_type])]
    assert len(readers) == (content_type.startswith("image/") and content_type != "image/heic")
