"""The package that a conversation carries to a person."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contract.base import ContractModel


class HandoffReason(StrEnum):
    """Why the bot gives the conversation to a person."""

    REQUESTED = "requested"
    LEGAL_CASE = "legal_case"
    URGENT_DEADLINE = "urgent_deadline"
    CRISIS = "crisis"
    REPEATED_FAILURE = "repeated_failure"
    NEGATIVE_FEEDBACK = "negative_feedback"
    BOT_UNAVAILABLE = "bot_unavailable"


class CaseFacts(ContractModel):
    """What the worker has told so far, in the worker's own words. Every field is optional."""

    employer: str | None = None
    what_happened: str | None = None
    when: str | None = None
    amount: str | None = None
    people: str | None = None
    evidence: str | None = None
    contact: str | None = None
    consent: bool | None = None


class Handoff(ContractModel):
    """A request for a person.

    ``priority``: 1 crisis; 2 deadline, group arrears or injury; 3 other disputes; 4 the rest.
    """

    reason: HandoffReason
    category: str
    priority: Annotated[int, Field(ge=1, le=4)]
    summary: str
    case_facts: CaseFacts = CaseFacts()
