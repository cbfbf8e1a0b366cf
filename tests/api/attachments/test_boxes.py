import time

import pytest

from api.attachments import boxes
from tests.api.attachments.samples import box, heic, mp4

BOMB = 10 * 1024 * 1024


def test_the_largest_picture_of_a_heic_file_counts() -> None:
    assert boxes.heic(heic((512, 512), (4032, 3024), (320, 240))) == (4032, 3024)


def test_a_heic_file_may_call_itself_by_the_general_brand() -> None:
    assert boxes.heic(heic((4, 3), brands=b"mif1" + bytes(4) + b"mif1heic")) == (4, 3)


@pytest.mark.parametrize("brands", [b"avif" + bytes(4), b"qt  " + bytes(4), b"mif1" + bytes(4)])
def test_other_pictures_made_of_boxes_are_none(brands: bytes) -> None:
    assert boxes.heic(heic((4, 3), brands=brands)) is None


def test_a_heic_file_without_a_size_is_none() -> None:
    assert boxes.heic(heic()) is None
    assert boxes.heic(heic((0, 0))) is None


@pytest.mark.parametrize("brand", [b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV"])
def test_an_mp4_file_with_pictures_is_a_video(brand: bytes) -> None:
    file = mp4(b"soun", b"vide", brand=brand)
    assert (boxes.is_mp4_video(file), boxes.is_mp4_audio(file)) == (True, False)


@pytest.mark.parametrize("brand", [b"M4A ", b"mp42"])
def test_an_mp4_file_with_sound_alone_is_a_recording(brand: bytes) -> None:
    file = mp4(b"soun", brand=brand)
    assert (boxes.is_mp4_video(file), boxes.is_mp4_audio(file)) == (False, True)


@pytest.mark.parametrize(
    "file",
    [
        mp4(b"vide", brand=b"qt  "),
        mp4(b"text"),
        mp4(),
        mp4(b"vide")[20:],
        mp4(b"vide")[:-1],
        b"",
        b"\x00\x00\x00\x18ftyp",
        b"\x00\x00\x00\x01ftyp" + (2**63).to_bytes(8, "big") + b"isom",
    ],
)
def test_anything_else_is_neither(file: bytes) -> None:
    assert not boxes.is_mp4_video(file)
    assert not boxes.is_mp4_audio(file)


def test_sizes_of_64_bits_and_boxes_up_to_the_end_are_read() -> None:
    large = b"\x00\x00\x00\x01free" + (16).to_bytes(8, "big")
    file = mp4(b"vide")
    to_the_end = file[: file.rindex(b"moov") - 4] + bytes(4) + file[file.rindex(b"moov") :]
    assert boxes.is_mp4_video(file[:20] + large + file[20:])
    assert boxes.is_mp4_video(to_the_end)


def test_a_file_of_a_million_boxes_costs_nothing() -> None:
    start = box(b"ftyp", b"isom")
    inside = box(b"trak", box(b"mdia", box(b"free") * 1000) * 100) * 10
    bombs = [
        start + box(b"free") * (BOMB // 8),
        start + box(b"moov", inside),
        start[:4] + b"ftyp" + b"isom" * (BOMB // 4),
    ]
    started = time.process_time()
    for bomb in bombs:
        assert not boxes.is_mp4_video(bomb)
    assert time.process_time() - started < 0.5
