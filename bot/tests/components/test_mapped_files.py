import mmap
import re
from pathlib import Path

from components.mapped_files import give_back

MEGABYTE = 1024 * 1024


def resident(file: Path) -> int:
    """Bytes of a mapped file that are in the memory of this process."""
    text = Path("/proc/self/smaps").read_text(encoding="utf-8")
    found = re.search(rf"{re.escape(str(file))}\n(?:.*\n)*?Rss: +(\d+) kB", text)
    assert found
    return int(found[1]) * 1024


def test_pages_of_a_mapped_file_are_given_back_and_can_be_read_again(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    content = bytes(range(256)) * (8 * MEGABYTE // 256)
    file.write_bytes(content)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        assert mapped[:] == content
        assert resident(file) > 7 * MEGABYTE
        assert give_back(file) == 1
        assert resident(file) < MEGABYTE
        assert mapped[:] == content


def test_what_was_written_into_a_mapping_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(bytes(MEGABYTE))
    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0, flags=mmap.MAP_PRIVATE) as own:
        own[:5] = b"added"
        assert give_back(file) == 0
        assert own[:5] == b"added"


def test_a_file_that_is_not_mapped_is_none(tmp_path: Path) -> None:
    assert give_back(tmp_path / "none") == 0
