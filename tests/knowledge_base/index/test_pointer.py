from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge_base.index.pointer import CURRENT_FILE, Pointer, write_pointer


def test_it_survives_the_disk_and_leaves_nothing_else(tmp_path: Path) -> None:
    pointer = Pointer(in_use="3", earlier=("2", "1"), rolled_back_from="4")
    write_pointer(tmp_path, Pointer(in_use="1"))
    write_pointer(tmp_path, pointer)
    assert Pointer.model_validate_json((tmp_path / CURRENT_FILE).read_bytes()) == pointer
    assert [path.name for path in tmp_path.iterdir()] == [CURRENT_FILE]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/tmp", "a\0"])  # noqa: S108
@pytest.mark.parametrize("where", ["in_use", "rolled_back_from"])
def test_what_is_no_folder_of_the_store_is_refused(where: str, name: str) -> None:
    with pytest.raises(ValidationError, match="not the name of a version"):
        Pointer.model_validate({"in_use": "1", where: name})


def test_an_earlier_version_is_a_folder_too() -> None:
    with pytest.raises(ValidationError, match="not the name of a version"):
        Pointer(in_use="2", earlier=("../1",))
