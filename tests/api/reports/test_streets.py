from pathlib import Path

import pytest
import yaml

from api.reports.streets import street_in, streets

LEXICON = Path(__file__).parents[3] / "bot" / "components" / "lexicon" / "town.yml"


def test_they_are_those_of_the_bot() -> None:
    towns = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    assert dict(streets()) == {
        name: entry["written"]
        for name, entry in towns.items()
        if entry["district"] == "余杭区" and name != "余杭区"
    }


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("我在仓前的电子厂上班", "仓前街道"),
        ("良诸那边", "良渚街道"),
        ("老余杭，不是瓶窑", "余杭街道"),
        ("大径山景区", "径山镇"),
        ("余杭区", None),
        ("塘栖", None),
        ("", None),
    ],
)
def test_the_first_street_of_a_text(text: str, street: str | None) -> None:
    assert street_in(text) == street
