"""``docs/importing.md`` says what the importers do: a type or limit it does not name fails."""

from pathlib import Path

import pytest

from knowledge_base.importers import archives, files, pdf, sandbox, workbook
from knowledge_base.importers.fields import DraftFields

TEXT = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [*files.SUFFIXES, *files.OLD_OFFICE])
def test_every_type_is_documented(suffix: str) -> None:
    assert f"`{suffix}`" in TEXT


@pytest.mark.parametrize(
    "name",
    [*DraftFields.model_fields, *(name for names in workbook.COLUMNS.values() for name in names)],
)
def test_every_column_and_key_is_documented(name: str) -> None:
    assert f"`{name}`" in TEXT


@pytest.mark.parametrize(
    "limit",
    [
        f"over {files.MAX_FILE_MIB} MiB",
        f"over {archives.MAX_UNPACKED_MIB} MiB",
        f"over {archives.MAX_PART_MIB} MiB",
        f"{archives.MAX_RATIO} times its packed size",
        f"over {archives.MAX_ENTRIES} entries",
        f"over {pdf.MAX_PAGES} pages",
        f"{workbook.MAX_ROWS} rows",
        f"{sandbox.CPU_SECONDS} seconds",
        f"{sandbox.MEMORY_GIB} GiB",
    ],
)
def test_every_limit_is_documented(limit: str) -> None:
    assert limit in TEXT
