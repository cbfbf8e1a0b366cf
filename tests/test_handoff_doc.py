"""``docs/handoff.md`` says what the code does: transitions, notices, promises, events."""

import re

import pytest

from api.handoff.states import Act
from api.outbox.escalation import Escalation
from api.promises.sla import AT_ONCE, TARGETS
from api.settings import Settings
from api.texts import DeskTexts
from tests import docs_handoff

DOCUMENT = docs_handoff.FILE.read_text(encoding="utf-8")


def test_the_transitions_are_those_of_the_code() -> None:
    table = docs_handoff.documented_table(DOCUMENT)
    assert table == docs_handoff.transition_table(), "python -m tests.docs_handoff writes it anew"


@pytest.mark.parametrize("act", Act)
def test_what_becomes_of_an_act_is_explained(act: Act) -> None:
    _, _, explained = DOCUMENT.partition("<!-- transitions: end -->")
    assert f"`{act}`" in explained


@pytest.mark.parametrize("notice", DeskTexts.model_fields)
def test_every_notice_of_the_desk_is_named(notice: str) -> None:
    assert f"`desk.{notice}`" in DOCUMENT


def test_the_promises_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| ([1-4]) \|.*?\| (\d+) minutes", DOCUMENT, flags=re.MULTILINE)
    promised = {priority: target.total_seconds() // 60 for priority, target in TARGETS.items()}
    promised[1] = AT_ONCE.total_seconds() // 60
    assert {int(priority): int(minutes) for priority, minutes in rows} == promised


@pytest.mark.parametrize("event", Escalation)
def test_every_event_of_the_webhook_is_named(event: Escalation) -> None:
    assert f"`{event}`" in DOCUMENT


@pytest.mark.parametrize("name", re.findall(r"`UNION_([A-Z_]+)`", DOCUMENT))
def test_every_setting_that_is_named_exists(name: str) -> None:
    assert name.lower() in Settings.model_fields
