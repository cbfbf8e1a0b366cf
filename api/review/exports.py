"""Accepted proposals as files: training data for Rasa, and the regression set."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.review import proposals
from api.review.intents import intents
from api.review.payloads import NluExample, RegressionCase, payload_of
from api.storage.models import ActorKind, ProposalKind, Staff, now

_HEAD = 'version: "3.1"\n\nnlu:\n'
# Rasa reads brackets as marks of entities; workers mean nothing by them.
_BRACKETS = str.maketrans("[](){}", "【】（）｛｝")


async def nlu_examples(
    session: AsyncSession,
    staff: Staff | None,
    *,
    everything: bool = False,
    clock: Callable[[], datetime] = now,
) -> str:
    """Accepted NLU examples as Rasa YAML: those that never left, or ``everything``.

    ``staff`` None: the command line.
    """
    found = [
        proposal
        for proposal in await proposals.accepted(session, ProposalKind.NLU_EXAMPLE)
        if everything or proposal.exported_at is None
    ]
    for proposal in found:
        proposal.exported_at = proposal.exported_at or clock()
    _record(session, staff, ProposalKind.NLU_EXAMPLE, len(found))
    # Reading a payload covers personal data anew: patterns may have come since it was stored.
    examples = [each for each in map(payload_of, found) if isinstance(each, NluExample)]
    return nlu_yaml(examples)


async def regression_cases(session: AsyncSession, staff: Staff) -> str:
    """Accepted regression cases, a JSON object a line."""
    cases = (await proposals.regression_set(session)).values()
    _record(session, staff, ProposalKind.REGRESSION_CASE, len(cases))
    return jsonl(cases)


def nlu_yaml(examples: Iterable[NluExample]) -> str:
    """Examples by intent, in the order of the bot's domain; each stands once.

    The format is https://rasa.com/docs/rasa/nlu-training-data-format/.
    """
    texts: dict[str, dict[str, None]] = {name: {} for name in intents()}
    for example in examples:
        if text := _plain(example.text):
            texts.setdefault(example.intent, {})[text] = None
    blocks = [
        f"  - intent: {intent}\n    examples: |\n"
        + "".join(f"      - {text}\n" for text in examples_of)
        for intent, examples_of in texts.items()
        if examples_of
    ]
    return _HEAD + "\n".join(blocks) if blocks else f"{_HEAD.rstrip()} []\n"


def _plain(text: str) -> str:
    """A text that YAML and Rasa take as it is."""
    printable = "".join(each for each in text if each.isprintable())
    return " ".join(printable.translate(_BRACKETS).split())


def jsonl(cases: Iterable[RegressionCase]) -> str:
    """Cases with ``question``, ``expected`` and ``article_id``."""
    return "".join(json.dumps(case.stored(), ensure_ascii=False) + "\n" for case in cases)


def _record(session: AsyncSession, staff: Staff | None, kind: ProposalKind, count: int) -> None:
    audit.record(
        session,
        "proposal.export",
        by=ActorKind.STAFF if staff else ActorKind.SYSTEM,
        actor_id=staff.id if staff else None,
        subject_kind="proposal",
        kind=kind,
        count=count,
    )
