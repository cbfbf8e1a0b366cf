"""The list of intents is the bot's."""

from pathlib import Path

import yaml

from api.review.intents import intents

DOMAIN = Path(__file__).parents[3] / "bot" / "domain" / "domain.yml"


def test_the_list_is_that_of_the_domain() -> None:
    domain = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))
    assert list(intents()) == domain["intents"]


def test_no_two_intents_look_the_same() -> None:
    assert len({intent.label for intent in intents().values()}) == len(intents())
