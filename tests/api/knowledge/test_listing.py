from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api.knowledge import listing
from api.knowledge.catalogue import Snapshot, area_in, title_in
from api.knowledge.listing import DueKind, Standing, rows, select, worklist
from api.storage.models import ArticleRevision, RevisionState
from knowledge_base.article import ArticleStatus
from knowledge_base.corpus import load_corpus
from knowledge_base.facts import load_facts
from knowledge_base.parameters import load_parameters, parameters
from tests.knowledge_base.samples import PARAMETERS, write_article, write_small_corpus

DAY = date(2026, 11, 26)


def snapshot_of(
    folder: Path, *, day: date = DAY, retired: frozenset[str] = frozenset()
) -> Snapshot:
    register = load_parameters(folder / "parameters.yml") if _has_own(folder) else parameters()
    corpus = load_corpus(folder, on=day, register=register)
    files = {path.stem: path for path in folder.rglob("*.md")}
    return Snapshot(corpus, retired, files, load_facts(), register, day)


def _has_own(folder: Path) -> bool:
    return (folder / "parameters.yml").is_file()


def revision(article_id: str, state: RevisionState = RevisionState.DRAFT) -> ArticleRevision:
    return ArticleRevision(
        id="1" * 26,
        article_id=article_id,
        number=1,
        based_on=0,
        source="---\nid: x\ntitle: 新的一条\narea: general\n---\n",
        retires=False,
        state=state,
        comment="",
        author_id="a",
        updated_at=datetime(2026, 11, 26, tzinfo=UTC),
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    write_small_corpus(tmp_path)
    return tmp_path


def test_every_article_has_its_standing(small: Path) -> None:
    write_article(small, id="future", effective_from=date(2027, 1, 1))
    (small / "training" / "old-programme.md").rename(small / "training" / "over.txt")
    found = rows(snapshot_of(small, retired=frozenset({"old-programme"})), {}, {})
    standings = {row.id: row.standing for row in found}
    assert standings["mutual-aid"] is Standing.LIVE
    assert standings["future"] is Standing.NOT_YET
    assert standings["old-programme"] is Standing.RETIRED


def test_what_is_over_has_lapsed(small: Path) -> None:
    standings = {row.id: row.standing for row in rows(snapshot_of(small), {}, {})}
    assert standings["old-programme"] is Standing.LAPSED


def test_one_that_was_never_in_service_is_named_by_its_draft(small: Path) -> None:
    latest = {"fresh": revision("fresh")}
    (row,) = [row for row in rows(snapshot_of(small), latest, {"a": "陈编辑"}) if row.id == "fresh"]
    assert (row.title, row.area, row.standing) == ("新的一条", "general", Standing.NEW)
    assert row.latest is not None
    assert row.latest.author == "陈编辑"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"text": "医疗 申请"}, {"mutual-aid"}),
        ({"text": "HEALTH"}, {"health-check"}),
        ({"text": "没有这样的"}, set()),
        ({"area": "wage-arrears"}, {"wage-arrears"}),
        ({"status": ArticleStatus.NEEDS_CONFIRMATION}, {"health-check"}),
        ({"standing": Standing.LAPSED}, {"old-programme"}),
        ({"state": RevisionState.DRAFT}, set()),
    ],
)
def test_the_list_is_narrowed_down(
    small: Path, filters: dict[str, object], expected: set[str]
) -> None:
    found = select(rows(snapshot_of(small), {}, {}), **filters)  # type: ignore[arg-type]
    assert {row.id for row in found} == expected


def test_what_lapses_or_must_be_reviewed_within_sixty_days_is_work(tmp_path: Path) -> None:
    for days in (-1, 60, 61):
        name = f"in-{days}".replace("--", "-before-")
        write_article(tmp_path, id=f"r-{name}", review_by=DAY + timedelta(days))
        write_article(tmp_path, id=f"e-{name}", effective_to=DAY + timedelta(days))
    snapshot = snapshot_of(tmp_path)
    items = worklist(snapshot, rows(snapshot, {}, {}))
    assert [(item.article.id, item.kind, item.overdue) for item in items] == [
        ("e-in-before-1", DueKind.LAPSES, True),
        ("r-in-before-1", DueKind.REVIEW, True),
        ("e-in-60", DueKind.LAPSES, False),
        ("r-in-60", DueKind.REVIEW, False),
    ]


@pytest.fixture
def with_figure(tmp_path: Path) -> Path:
    """An article that prints a figure which ends with the year."""
    sections = {"一句话回答": "津贴{{allowance.heat}}。", "依据": "条例。"}
    write_article(tmp_path, review_by=date(2100, 1, 1), sections=sections)
    (tmp_path / "parameters.yml").write_text(PARAMETERS, encoding="utf-8")
    return tmp_path


def test_a_figure_that_ends_is_work_and_named(with_figure: Path) -> None:
    snapshot = snapshot_of(with_figure)
    (item,) = worklist(snapshot, rows(snapshot, {}, {}))
    assert (item.kind, item.by) == (DueKind.FIGURES_LAPSE, date(2026, 12, 31))
    assert item.figures == ["allowance.heat"]


def test_an_article_whose_figure_has_ended_is_the_first_work(with_figure: Path) -> None:
    snapshot = snapshot_of(with_figure, day=date(2027, 1, 1))
    (row,) = rows(snapshot, {}, {})
    assert (row.title, row.standing) == ("年休假一年有几天", Standing.BROKEN)
    (item,) = worklist(snapshot, [row])
    assert (item.kind, item.overdue) == (DueKind.BROKEN, True)
    assert snapshot.source(row.id) is not None


def test_heads_that_are_not_sound_are_read_as_far_as_possible() -> None:
    assert (title_in("title: '年假'\n"), area_in("area: general\n")) == ("年假", "general")
    assert (title_in("titel: x"), area_in("")) == ("", "")
    assert timedelta(days=60) == listing.DUE_WITHIN
