from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.engine import SearchEngine
from knowledge_base.retrieval.analyser import default_analysers, fingerprints
from knowledge_base.retrieval.settings import SearchSettings
from tests.knowledge_base.retrieval.makers import candidates, order
from tests.knowledge_base.samples import FakeEncoder, document

OFF = SearchSettings()
for _stage in SearchSettings.stages():
    OFF = OFF.without(_stage)


def test_it_searches_with_the_analysers_that_indexes_are_built_with(engine: SearchEngine) -> None:
    assert fingerprints(engine.analysers.values()) == fingerprints(default_analysers())
    assert list(engine.analysers) == [each.name for each in engine.analysers.values()]


def test_without_settings_every_stage_works(engine: SearchEngine) -> None:
    assert engine.settings == SearchSettings()
    assert engine.normaliser.run("佘杭工匠") == "余杭工匠"
    assert len(engine.splitter.run("年假几天？加班费怎么算？")) == 2
    assert engine.aspects.run("要带什么材料")
    assert not engine.eligibility.allows(document(region="上海市"), date(2026, 1, 1), None)


def test_the_stages_work_by_the_settings(engine: SearchEngine) -> None:
    off = engine.with_settings(OFF)
    assert off.normaliser.run("佘杭工匠") == "佘杭工匠"
    assert off.splitter.run("年假几天？加班费怎么算？") == ()
    assert off.aspects.run("要带什么材料") == ()
    assert off.eligibility.allows(document(region="上海市"), date(2026, 1, 1), None)
    found = candidates([0.9, 0.8], articles=[False, True], dense=[0.9, 0.8])
    assert order(off.reranker.run(found)) == [0, 1]
    assert [order(each) for each in off.precedence.run(found)] == [[0, 1], [0, 1]]


def test_other_settings_share_what_is_loaded_and_leave_the_engine_alone(
    engine: SearchEngine,
) -> None:
    other = engine.with_settings(OFF)
    assert other.settings == OFF
    assert (other.encoder, other.words, other.pinyin) == (
        engine.encoder,
        engine.words,
        engine.pinyin,
    )
    assert (other.ranker, other.decision) == (engine.ranker, engine.decision)
    assert engine.settings == SearchSettings()
    assert engine.normaliser.run("gjj") == "公积金"


def test_it_loads_an_encoder_and_the_shipped_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge_base.engine.Encoder", lambda model: FakeEncoder(name=model))
    loaded = SearchEngine.load("mine", OFF)
    assert loaded.encoder.name == "mine"
    assert loaded.settings == OFF
    assert np.isfinite(loaded.ranker.score(candidates([0.5]))).all()


def test_an_engine_for_fitting_needs_no_fitted_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise AssertionError("the fitted models are not to be read")

    monkeypatch.setattr("knowledge_base.engine.Encoder", lambda model: FakeEncoder(name=model))
    monkeypatch.setattr("knowledge_base.engine.RankerModel.load", gone)
    monkeypatch.setattr("knowledge_base.engine.DecisionModel.load", gone)
    found = candidates([0.9, 0.8])
    assert order(SearchEngine.unfitted("mine").reranker.run(found)) == [0, 1]


@pytest.mark.parametrize("load", [SearchEngine.load, SearchEngine.unfitted])
def test_a_place_without_an_encoder_is_refused(
    load: Callable[[Path], SearchEngine], tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="none"):
        load(tmp_path / "none")
