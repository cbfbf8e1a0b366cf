from datetime import UTC, datetime

import pytest

from knowledge_base.index.manifest import Manifest
from knowledge_base.index.settings import check_settings, code_digest, settings_problems
from knowledge_base.index.store import CorruptIndexError
from knowledge_base.retrieval.tokenizer import Tokenizer
from tests.knowledge_base.samples import Letters, fake_encoder


def manifest(tokenizer: Tokenizer) -> Manifest:
    encoder = fake_encoder()
    return Manifest(
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        fingerprint="f",
        encoder=encoder.fingerprint,
        probe=encoder.probe.tolist(),
        analysers={"words": tokenizer.fingerprint},
        code="c",
        documents=1,
        units=2,
        files={},
    )


def test_the_same_settings_pass(tokenizer: Tokenizer) -> None:
    check_settings(manifest(tokenizer), fake_encoder(), [tokenizer])


def test_another_encoder_is_told_by_what_it_does(tokenizer: Tokenizer) -> None:
    made = manifest(tokenizer)
    assert settings_problems(made, fake_encoder(name="other"), [tokenizer]) == [
        "was made with fake:1, not with other"
    ]
    (problem,) = settings_problems(made, fake_encoder(dimension=9), [tokenizer])
    assert "(8 dimensions), this encoder has 9" in problem


def test_an_analyser_more_or_less_or_changed_is_told(tokenizer: Tokenizer) -> None:
    made = manifest(tokenizer)
    (more,) = settings_problems(made, fake_encoder(), [tokenizer, Letters()])
    assert more == "was made with analyser letters None, this is letters:1"
    (less,) = settings_problems(made, fake_encoder(), [])
    assert less.endswith("this is None")
    made = made.model_copy(update={"analysers": {"letters": "letters:0"}})
    (changed,) = settings_problems(made, fake_encoder(), [Letters()])
    assert changed == "was made with analyser letters letters:0, this is letters:1"


def test_all_problems_are_named_with_the_way_out(tokenizer: Tokenizer) -> None:
    with pytest.raises(CorruptIndexError, match="python -m knowledge_base build") as caught:
        check_settings(manifest(tokenizer), fake_encoder(name="other"), [])
    assert "other" in str(caught.value)
    assert "analyser words" in str(caught.value)


def test_the_code_of_the_analysers_counts(tokenizer: Tokenizer) -> None:
    assert code_digest([tokenizer]) == code_digest([tokenizer])
    assert code_digest([tokenizer]) != code_digest([tokenizer, Letters()])
