from pathlib import Path

from api.staff import permission_table
from api.staff.permissions import Permission, may
from api.storage.models import Role

DOCUMENT = Path(__file__).parents[3] / "docs" / "access.md"


def test_the_table_says_what_the_roles_may() -> None:
    head, _, *rows = permission_table.as_markdown().splitlines()
    roles = [cell.strip() for cell in head.strip("|").split("|")][1:]
    assert roles == list(Role)
    found = {}
    for row in rows:
        name, *marks = (cell.strip() for cell in row.strip("|").split("|"))
        for role, mark in zip(roles, marks, strict=True):
            found[Role(role), Permission(name.strip("`"))] = mark == "yes"
    assert found == {(role, each): may(role, each) for role in Role for each in Permission}


def test_the_document_has_the_table() -> None:
    assert permission_table.as_markdown() in DOCUMENT.read_text(encoding="utf-8")
