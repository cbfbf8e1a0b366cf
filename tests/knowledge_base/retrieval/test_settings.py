import re

import pytest
from pydantic import ValidationError

from knowledge_base.retrieval.fusion import FusionSettings
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.retrieval.stage import StageSettings

EVERY_STAGE = pytest.mark.parametrize("stage", SearchSettings.stages())


def _stage(settings: SearchSettings, stage: str) -> StageSettings:
    found = getattr(settings, stage)
    assert isinstance(found, StageSettings)
    return found


def test_the_stages_stand_in_the_order_of_a_search() -> None:
    stages = SearchSettings.stages()
    assert stages[0] == "normalise"
    for earlier, later in [
        ("normalise", "split"),
        ("words", "fusion"),
        ("pinyin", "fusion"),
        ("dense", "fusion"),
        ("fusion", "rerank"),
        ("rerank", "precedence"),
    ]:
        assert stages.index(earlier) < stages.index(later)


@EVERY_STAGE
def test_every_stage_is_on_by_default(stage: str) -> None:
    assert _stage(SearchSettings(), stage).enabled


@EVERY_STAGE
def test_one_stage_goes_off_alone(stage: str) -> None:
    settings = SearchSettings().without(stage)
    off = [name for name in SearchSettings.stages() if not _stage(settings, name).enabled]
    assert off == [stage]
    assert SearchSettings() == SearchSettings.model_validate({})


def test_several_stages_go_off_one_after_another() -> None:
    settings = SearchSettings().without("words").without("dense")
    assert not settings.words.enabled
    assert not settings.dense.enabled
    assert settings.pinyin.enabled


def test_switching_off_keeps_what_was_chosen() -> None:
    chosen = SearchSettings(fusion=FusionSettings(words=0.5)).without("fusion")
    assert chosen.fusion == FusionSettings(words=0.5, enabled=False)


@pytest.mark.parametrize("stage", ["", "encoder", "Words", "model_config", "fingerprint"])
def test_an_unknown_stage_is_named_with_those_there_are(stage: str) -> None:
    with pytest.raises(ValueError, match=f"no stage '{stage}'; there are normalise, gist, split"):
        SearchSettings().without(stage)


def test_the_fingerprint_tells_every_variant_apart() -> None:
    variants = [
        SearchSettings(),
        SearchSettings(fusion=FusionSettings(words=0.5)),
        *(SearchSettings().without(stage) for stage in SearchSettings.stages()),
    ]
    fingerprints = {variant.fingerprint for variant in variants}
    assert len(fingerprints) == len(variants)
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in fingerprints)


def test_the_fingerprint_is_of_the_settings_not_of_the_object() -> None:
    assert SearchSettings().fingerprint == SearchSettings().fingerprint


@EVERY_STAGE
def test_settings_survive_json(stage: str) -> None:
    settings = SearchSettings().without(stage)
    again = SearchSettings.model_validate_json(settings.model_dump_json())
    assert again == settings
    assert again.fingerprint == settings.fingerprint


def test_a_stage_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="magic"):
        SearchSettings.model_validate({"magic": {"enabled": True}})
