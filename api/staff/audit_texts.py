"""The Chinese words for what stands in the audit."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from api.storage.models import ActorKind


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AuditColumns(_Texts):
    """Headings of the exported table."""

    at: str
    actor: str
    actor_kind: str
    action: str
    code: str
    subject_kind: str
    subject: str
    subject_id: str
    details: str


class AuditTexts(_Texts):
    """``groups``: acts by the part before the dot. ``details`` and ``values``: what else an entry
    says."""

    actors: dict[ActorKind, str]
    subjects: dict[str, str]
    groups: dict[str, str]
    actions: dict[str, str]
    details: dict[str, str]
    values: dict[str, str]
    columns: AuditColumns

    def action(self, code: str) -> str:
        """The words for an act, its code if there are none."""
        return self.actions.get(code, code)

    def described(self, details: Mapping[str, Any]) -> str:
        """What an entry says beside the act, in one line."""
        return "；".join(
            f"{self.details.get(name, name)}：{self.values.get(str(value), value)}"
            for name, value in details.items()
        )

    def subject(self, kind: str) -> str:
        """The words for a kind of subject, the kind itself if there are none."""
        return self.subjects.get(kind, kind)


@cache
def audit_texts() -> AuditTexts:
    """Texts of ``audit_texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("audit_texts.yml")
    return AuditTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
