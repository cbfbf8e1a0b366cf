"""The simulator's Chinese texts, from ``texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from api.channels.wechat.simulator.screen import By

FILE: Final = Path(__file__).with_name("texts.yml")


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DidTexts(_Texts):
    """What somebody did, where it is not words."""

    image: str
    voice: str
    tap: str
    click: str
    subscribe: str
    unsubscribe: str
    scan: str
    claim: str
    resolve: str


class ProblemTexts(_Texts):
    """Why a step of a script has failed."""

    nothing_came: str
    not_refused: str
    answers: str
    faults: str
    repeats: str
    deliveries: str
    contains: str
    lacks: str
    by: str
    nobody_waits: str
    no_staff: str
    staff_refused: str


class SimulatorTexts(_Texts):
    """Everything in ``texts.yml``."""

    started: str
    all_set: str
    waiting: str
    connected: str
    not_connected: str
    not_ours: str
    port_taken: str
    intro: str
    help: str
    unknown_command: str
    needs_argument: str
    no_file: str
    nothing_to_tap: str
    not_following: str
    opens_page: str
    hours_moved: str
    slow: str
    answer_will_be_lost: str
    tokens_expired: str
    quota: str
    repeated: str
    you: str
    staff: str
    by: dict[By, str]
    did: DidTexts
    script_invalid: str
    step_failed: str
    passed: str
    failed: str
    problems: ProblemTexts
    any_message: str
    quoted: str


@cache
def simulator_texts() -> SimulatorTexts:
    """The texts. Raises ``pydantic.ValidationError`` if one is missing."""
    return SimulatorTexts.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
