"""Recordings that have no container: AMR, which WeChat uses, and MP3."""

from api.attachments.images import Bytes

_AMR_START = b"#!AMR\n"
# RFC 4867 §5.3: bytes of a frame behind its first one, by mode; 8 is silence, 15 is a lost frame.
_AMR_FRAME_BYTES = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}
_AMR_ZERO_BITS = 0b1000_0011
_FRAMES_LOOKED_AT = 20
"""Text or a program does not keep up the pretence for so long."""
_MPEG_1 = 3
# ISO/IEC 11172-3 and 13818-3, layer III, in kbit/s; index 0 is "free", which nothing writes.
_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW_BITRATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES = {
    _MPEG_1: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}


def is_amr(data: Bytes) -> bool:
    """Whether it is a narrow-band AMR recording whose first frames are sound."""
    if data[: len(_AMR_START)] != _AMR_START:
        return False
    at = len(_AMR_START)
    for number in range(_FRAMES_LOOKED_AT):
        first = data[at : at + 1]
        if not first:
            return number > 0
        size = _AMR_FRAME_BYTES.get(first[0] >> 3 & 0b1111)
        if first[0] & _AMR_ZERO_BITS or size is None:
            return False
        at += 1 + size
    return True


def is_mp3(data: Bytes) -> bool:
    """Whether it is MPEG layer III sound whose first frames follow one another."""
    at = _behind_id3(data)
    for number in range(_FRAMES_LOOKED_AT):
        header = data[at : at + 4]
        if number and (len(header) < 4 or header[:3] == b"TAG"):
            return True
        size = _mp3_frame_bytes(header)
        if size is None:
            return False
        at += size
    return True


def _behind_id3(data: Bytes) -> int:
    """Where the sound begins (id3.org, ID3v2.4 §3.1)."""
    if data[:3] != b"ID3":
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    has_footer = data[5:6] != b"" and data[5] & 0x10
    return 10 + size + (10 if has_footer else 0)


def _mp3_frame_bytes(header: bytes) -> int | None:
    """Bytes of the frame with this header, None if it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate, sample_rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    is_layer_3 = layer == 1
    if version not in _SAMPLE_RATES or not is_layer_3 or bitrate in (0, 15) or sample_rate == 3:
        return None
    samples_per_bit, bitrates = (144, _BITRATES) if version == _MPEG_1 else (72, _LOW_BITRATES)
    rate = _SAMPLE_RATES[version][sample_rate]
    return samples_per_bit * bitrates[bitrate] * 1000 // rate + padding
