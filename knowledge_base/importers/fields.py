"""What a workbook row or a Markdown head says about a draft, checked alike."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from knowledge_base.areas import area_names
from knowledge_base.article import FrontMatter
from knowledge_base.importers.dates import parse_date

_REGIONS: tuple[str, ...] = get_args(FrontMatter.model_fields["region"].annotation)


def _to_text(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return (value.strip() or None) if isinstance(value, str) else value


def _to_date(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    text = _to_text(value)
    if not isinstance(text, str):
        return text
    try:
        return parse_date(text)
    except ValueError:
        raise ValueError("not a date; write it like 2024-07-01") from None


def _to_questions(value: Any) -> Any:
    if isinstance(value, str):
        value = re.split(r"[\n；;]", value)
    if isinstance(value, list):
        stripped = (str(each).strip() for each in value)
        return list(dict.fromkeys(each for each in stripped if each))
    return [] if value is None else value


def _known_region(value: str | None) -> str | None:
    if value is not None and value not in _REGIONS:
        raise ValueError(f"unknown region; known: {'、'.join(_REGIONS)}")
    return value


def _to_area(value: str | None) -> str | None:
    if value is None or value in area_names():
        return value
    for area, name in area_names().items():
        if value == name:
            return area
    raise ValueError(f"unknown area; known: {'、'.join(area_names().values())}")


OptionalText = Annotated[str | None, BeforeValidator(_to_text)]
OptionalDate = Annotated[date | None, BeforeValidator(_to_date)]


class DraftFields(BaseModel):
    """Facts about a draft. Areas may be written by slug or by their Chinese name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: OptionalText = None
    questions: Annotated[list[str], BeforeValidator(_to_questions)] = []
    source: OptionalText = None
    effective_from: OptionalDate = None
    effective_to: OptionalDate = None
    region: Annotated[OptionalText, AfterValidator(_known_region)] = None
    area: Annotated[OptionalText, AfterValidator(_to_area)] = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(
                f"the dates contradict each other: valid from {self.effective_from} "
                f"to {self.effective_to}"
            )
        return self
