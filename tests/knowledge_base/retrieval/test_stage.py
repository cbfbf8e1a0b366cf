import pytest
from pydantic import ValidationError

from knowledge_base.retrieval.stage import StageSettings


class Sieve(StageSettings):
    holes: int = 3


class Strainer(StageSettings):
    holes: int = 3


def test_a_stage_is_on_unless_it_is_switched_off() -> None:
    assert Sieve().enabled
    assert not Sieve().off().enabled


def test_switching_off_keeps_the_other_settings_and_the_original() -> None:
    sieve = Sieve(holes=5)
    assert sieve.off() == Sieve(enabled=False, holes=5)
    assert sieve.off().off() == sieve.off()
    assert sieve.enabled


def test_equal_settings_have_one_fingerprint() -> None:
    assert Sieve(holes=3).fingerprint == Sieve().fingerprint
    assert Sieve.model_validate_json(Sieve(holes=7).model_dump_json()).fingerprint == (
        Sieve(holes=7).fingerprint
    )


@pytest.mark.parametrize("other", [Sieve(holes=4), Sieve().off(), Strainer(), StageSettings()])
def test_a_difference_shows_in_the_fingerprint(other: StageSettings) -> None:
    assert other.fingerprint != Sieve().fingerprint


def test_the_fingerprint_names_the_stage() -> None:
    assert Sieve().fingerprint.startswith("Sieve:")


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="wholes"):
        Sieve.model_validate({"wholes": 3})


def test_settings_cannot_be_changed_behind_the_fingerprint() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Sieve().holes = 4
