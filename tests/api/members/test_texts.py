import re

import pytest
from pydantic import ValidationError

from api.members.texts import MembersTexts, members_texts


def test_a_missing_text_is_noticed() -> None:
    incomplete = members_texts().model_dump(by_alias=True)
    del incomplete["roster"]["faults"]["phone"]
    with pytest.raises(ValidationError, match=re.escape("roster.faults lacks phone")):
        MembersTexts.model_validate(incomplete)


def test_no_heading_belongs_to_two_columns() -> None:
    headings = [name for names in members_texts().roster.headings.values() for name in names]
    assert len(headings) == len(set(headings))
