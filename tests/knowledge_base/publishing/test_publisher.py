"""All of a publication is in service, or nothing of it."""

from pathlib import Path
from typing import NoReturn

import pytest

from knowledge_base.index.lock import AlreadyLockedError, exclusive_lock
from knowledge_base.index.store import IndexStore
from knowledge_base.overlay import OverlayStore
from knowledge_base.publishing.plan import (
    Expected,
    PlannedArticle,
    PublicationPlan,
    RegressionCase,
    RollBackPlan,
    Step,
)
from knowledge_base.publishing.publisher import NotPublishedError, RefusedError, settle
from tests.knowledge_base.publishing.conftest import Desk
from tests.knowledge_base.samples import document


def test_what_gets_nothing_worse_is_in_service(desk: Desk) -> None:
    ready = desk.publish(desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"))
    assert ready.report.passed
    assert desk.state == (ready.index_version, "1")
    assert desk.search("考勤表拍下来")[0] == "wage-arrears"
    assert [each.step for each in desk.told] == [
        Step.STAGE,
        Step.LOAD,
        Step.BUILD,
        Step.COMPARE,
        Step.SWITCH,
    ]


def test_the_next_one_keeps_what_came_before(desk: Desk) -> None:
    desk.publish(desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"))
    desk.publish(desk.plan("2", "mutual-aid", "住院自负的费用", "住院的自负费用"))
    assert set(desk.places.overlays.current().files()) == {"wage-arrears", "mutual-aid"}
    assert desk.search("考勤表拍下来")[0] == "wage-arrears"


def test_a_bad_change_is_refused_and_nothing_changes(desk: Desk) -> None:
    before = desk.state
    with pytest.raises(RefusedError):
        desk.publish(desk.spoilt("1", "annual-leave-days"))
    assert desk.state == before
    assert desk.left_behind == set()
    assert desk.ready is not None
    broken = {each.id: each for each in desk.ready.report.broken}
    assert broken["leave"].before.article_id == "annual-leave-days"
    assert broken["leave"].after.article_id != "annual-leave-days"
    assert "success@1" in {each.name for each in desk.ready.report.measures if each.fell}


def test_a_regression_case_that_was_right_must_stay_right(desk: Desk) -> None:
    plan = desk.spoilt("1", "health-check")
    ready = desk.publish(plan)
    assert ready.report.passed
    desk.publisher.roll_back(_back(desk, ready.index_before, None))
    case = RegressionCase(
        id="c",
        question="免费体检今年在哪里做",
        expected=Expected.ANSWER,
        article_id="health-check",
    )
    with pytest.raises(RefusedError):
        desk.publish(plan.model_copy(update={"cases": [case]}))
    assert desk.ready is not None
    assert [(each.id, each.case) for each in desk.ready.report.broken] == [("c", True)]


def test_a_retired_article_is_not_found_and_its_questions_are_left_out(desk: Desk) -> None:
    ready = desk.publish(PublicationPlan(name="1", retired=["annual-leave-days"]))
    assert [each.id for each in ready.report.left_out] == ["leave"]
    assert "annual-leave-days" not in desk.search("年休假一年有几天")
    again = desk.plan("2", "annual-leave-days", "填请假单", "填好请假单")
    desk.publish(again)
    assert desk.search("年休假一年有几天")[0] == "annual-leave-days"


def test_imported_documents_come_with_it(desk: Desk, tmp_path: Path) -> None:
    stored = tmp_path / "law.docx.jsonl"
    stored.write_text(f"{document(id='law-1', title='条例').model_dump_json()}\n", "utf-8")
    desk.publish(PublicationPlan(name="1", imports=[str(stored)]))
    assert "law-1" in desk.search("条例")


@pytest.mark.parametrize("at", [Step.STAGE, Step.LOAD, Step.BUILD, Step.COMPARE, Step.SWITCH])
def test_a_failure_half_way_leaves_everything_as_it_was(desk: Desk, at: Step) -> None:
    before = desk.state

    def fail(progress: object) -> None:
        if getattr(progress, "step", None) is at:
            raise OSError("no space left on device")

    object.__setattr__(desk.publisher, "tell", fail)
    with pytest.raises(OSError, match="no space"):
        desk.publish(desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"))
    assert desk.state == before
    assert desk.left_behind == set()


def test_an_index_that_was_built_meanwhile_is_not_replaced(desk: Desk) -> None:
    def build_in_between(_: object) -> bool:
        desk.places.index.switch(_new_version(desk))
        return True

    with pytest.raises(NotPublishedError, match="in use by now"):
        desk.publish(
            desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"), build_in_between
        )
    assert desk.places.overlays.in_use is None


def test_it_is_called_off(desk: Desk) -> None:
    before = desk.state
    with pytest.raises(NotPublishedError, match="called off"):
        desk.publish(
            desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"), lambda _: False
        )
    assert (desk.state, desk.left_behind) == (before, set())


def test_an_unsound_article_is_named(desk: Desk) -> None:
    bad = PlannedArticle(id="bad", area="general", source="x")
    with pytest.raises(NotPublishedError, match=r"bad\.md:1: .front-matter."):
        desk.publish(PublicationPlan(name="1", articles=[bad]))
    assert desk.left_behind == set()


def test_without_an_index_nothing_is_published(desk: Desk, tmp_path: Path) -> None:
    nowhere = Desk(
        desk.places.__class__(
            desk.places.articles, OverlayStore(tmp_path / "x"), IndexStore(tmp_path / "none")
        ),
        desk.engine,
    )
    with pytest.raises(NotPublishedError, match="no index"):
        nowhere.publish(PublicationPlan(name="1"))


def test_one_at_a_time(desk: Desk) -> None:
    desk.places.overlays.directory.mkdir()
    with (
        exclusive_lock(desk.places.overlays.directory / ".publishing"),
        pytest.raises(NotPublishedError, match="another publication"),
    ):
        desk.publish(PublicationPlan(name="1"))


def test_a_roll_back_returns_articles_and_index(desk: Desk) -> None:
    before = desk.state
    ready = desk.publish(desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"))
    encoder_not_needed(desk)
    assert desk.publisher.roll_back(_back(desk, *before)) == before[0]
    assert desk.state == before
    assert ready.index_version not in desk.places.index.pointer().names


def test_a_roll_back_builds_what_is_gone(desk: Desk) -> None:
    before = desk.state
    desk.publish(desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"))
    plan = RollBackPlan(overlay=None, index_version="gone", instead_of=desk.state[0])
    version = desk.publisher.roll_back(plan)
    assert version != before[0]
    assert desk.state == (version, None)
    fingerprints = {each.name: each.fingerprint for each in desk.places.index.versions()}
    assert fingerprints[version] == fingerprints[before[0]]


def test_what_a_killed_process_switched_to_is_finished(desk: Desk) -> None:
    def die(_: object) -> NoReturn:
        raise KeyboardInterrupt

    object.__setattr__(desk.places.overlays, "use", die)
    with pytest.raises(KeyboardInterrupt):
        desk.publish(desk.plan("1", "wage-arrears", "先留好证据", "先把考勤表拍下来"))
    del desk.places.overlays.__dict__["use"]
    assert desk.ready is not None
    assert desk.state == (desk.ready.index_version, None)
    assert settle(desk.places, "1", desk.ready.index_version)
    assert desk.state == (desk.ready.index_version, "1")


def test_what_a_killed_process_only_staged_is_removed(desk: Desk) -> None:
    before = desk.state
    staged = _new_version(desk)
    with desk.places.overlays.staged("1", None):
        pass
    assert not settle(desk.places, "1", staged)
    assert not settle(desk.places, "1", None)
    assert (desk.state, desk.left_behind) == (before, set())


def test_one_that_is_still_at_work_is_left_alone(desk: Desk) -> None:
    desk.places.overlays.directory.mkdir()
    with (
        exclusive_lock(desk.places.overlays.directory / ".publishing"),
        pytest.raises(AlreadyLockedError),
    ):
        settle(desk.places, "1", None)


def encoder_not_needed(desk: Desk) -> None:
    def load() -> NoReturn:
        raise AssertionError("the encoder was loaded")

    object.__setattr__(desk.publisher, "engine", load)


def _back(desk: Desk, index_version: str, overlay: str | None) -> RollBackPlan:
    return RollBackPlan(
        overlay=overlay, index_version=index_version, instead_of=desk.places.index.pointer().in_use
    )


def _new_version(desk: Desk) -> str:
    from knowledge_base.index.builder import build_index

    engine = desk.engine
    analysers = list(engine.analysers.values())
    return build_index(
        [document()], desk.places.index, engine.encoder, analysers, switch=False
    ).version
