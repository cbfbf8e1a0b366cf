from pathlib import Path

import pytest

from api.errors import ApiError
from api.knowledge import drafts
from api.knowledge.catalogue import Catalogue, Snapshot
from api.knowledge.checking import check
from api.knowledge.imports import Imports
from api.storage.models import now
from knowledge_base.importers.storage import ImportedStore
from tests.knowledge_base.samples import document

pytestmark = pytest.mark.anyio
NOTICE = "# 春风行动\n\n困难职工可以申请。\n\n## 需要材料\n\n- 身份证\n".encode()


@pytest.fixture
async def snapshot(catalogue: Catalogue) -> Snapshot:
    return await catalogue.snapshot()


def keep(imports: Imports, snapshot: Snapshot, name: str, content: bytes = NOTICE) -> None:
    imports.keep(name, content, snapshot, by="1", by_name="陈编辑", at=now())


def test_a_preview_keeps_nothing(imports: Imports) -> None:
    shown = imports.preview("春风行动.md", NOTICE)
    (found,) = shown.documents
    assert (found.title, found.sections["需要材料"]) == ("春风行动", "- 身份证")
    assert imports.pending() == []


async def test_what_is_kept_waits_with_the_name_of_who_brought_it(
    imports: Imports, snapshot: Snapshot
) -> None:
    keep(imports, snapshot, "春风行动.md")
    (waiting,) = imports.pending()
    assert (waiting.name, waiting.documents, waiting.uploaded_by_name) == (
        "春风行动.md",
        1,
        "陈编辑",
    )
    imports.drop("春风行动.md")
    assert imports.pending() == []
    with pytest.raises(ApiError, match="import_not_found"):
        imports.drop("春风行动.md")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.doc", b"x", "不认 .doc 文件，请另存为 .docx"),
        ("a.exe", b"x", "不认这种文件"),
        ("a.md", b" ", "文件是空的"),
        ("a.pdf", b"x", "文件名是 .pdf，内容却不是"),
        ("a.docx", b"PK\x03\x04", "文件损坏了"),
        ("", b"x", "不认这种文件"),
    ],
)
def test_a_refusal_says_why_in_chinese(
    imports: Imports, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(ApiError) as refused:
        imports.preview(name, content)
    assert refused.value.code == "import_refused"
    assert reason in str(refused.value.details["reason"])


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.md", "..\\x.md", "/x.md", "a\0b.md"])
async def test_a_name_leads_nowhere_else(imports: Imports, snapshot: Snapshot, name: str) -> None:
    keep(imports, snapshot, name)
    (waiting,) = imports.pending()
    assert "/" not in waiting.name
    assert imports.path_of(waiting.name).is_file()


async def test_an_id_that_is_in_use_is_refused(imports: Imports, snapshot: Snapshot) -> None:
    with pytest.raises(ApiError) as refused:
        keep(imports, snapshot, "mutual aid.md")
    assert "mutual-aid" in str(refused.value.details["reason"])


async def test_what_was_put_there_by_hand_is_nobodys(imports: Imports, snapshot: Snapshot) -> None:
    store = ImportedStore(imports.path_of("x").parent)
    store.save(Path("law.docx"), [document()], {})
    (waiting,) = imports.pending()
    assert waiting.uploaded_by == ""


async def test_an_article_begins_from_a_document(imports: Imports, snapshot: Snapshot) -> None:
    keep(imports, snapshot, "春风行动.md")
    (found,) = imports.documents("春风行动.md")
    source = drafts.of_document(found.id, "hardship-aid", found, snapshot.day)
    assert "## 一句话回答\n\n困难职工可以申请。" in source
    assert "## 需要材料\n\n- 身份证" in source
    rules = {problem.rule for problem in check(snapshot, found.id, source).problems}
    assert rules == {"facts", "questions"}
    with pytest.raises(ApiError, match="import_not_found"):
        imports.documents("x")
