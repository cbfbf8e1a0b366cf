import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.attachments import sounds
from tests.api.attachments.samples import HTML, amr, mp3


@pytest.mark.parametrize("frames", [1, 19, 20, 500])
def test_recordings_are_recognised_however_short(frames: int) -> None:
    assert sounds.is_amr(amr(frames))
    assert sounds.is_mp3(mp3(frames))


def test_silence_and_lost_frames_are_sound() -> None:
    assert sounds.is_amr(b"#!AMR\n" + (b"\x44" + bytes(5)) + b"\x7c" + b"\x3c" + bytes(31))


def test_a_recording_that_breaks_off_is_kept() -> None:
    assert sounds.is_amr(amr(3)[:-5])
    assert sounds.is_mp3(mp3(3)[:-5])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!AMR\n",
        b"#!AMR\n" + HTML,
        b"#!AMR-WB\n" + bytes(100),
        b"#!/bin/sh\necho",
        b"#!AMR\n\x3d" + bytes(31),
    ],
)
def test_what_only_begins_like_amr_is_not(data: bytes) -> None:
    assert not sounds.is_amr(data)


def test_an_mp3_file_may_have_tags_before_and_behind() -> None:
    assert sounds.is_mp3(mp3(3, id3=bytes(300)) + b"TAG" + bytes(125))


@pytest.mark.parametrize(
    ("header", "frame_bytes"),
    [(b"\xff\xfa\x90\x00", 417), (b"\xff\xf3\x40\x00", 104), (b"\xff\xe3\x40\x00", 208)],
)
def test_older_and_slower_layer_3_is_known(header: bytes, frame_bytes: int) -> None:
    assert sounds.is_mp3((header + bytes(frame_bytes - 4)) * 5)


@pytest.mark.parametrize(
    "data",
    [
        b"ID3\x04\x00\x00\x00\x00\x00\x00" + HTML,
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f",
        b"ID3",
        b"\xff\xfb\x90\x00" + HTML.ljust(600),
        b"\xff\xfb\xf0\x00" + bytes(600),
        b"\xff\xfd\x90\x00" + bytes(600),
        HTML,
    ],
)
def test_what_only_begins_like_mp3_is_not(data: bytes) -> None:
    assert not sounds.is_mp3(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    for start in (b"", b"#!AMR\n", b"ID3", b"\xff\xfb"):
        sounds.is_amr(start + data)
        sounds.is_mp3(start + data)
