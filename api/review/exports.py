"""Accepted proposals as files: training data for Rasa, and the regression set."""

import json
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.review import proposals
from api.review.intents import intents
from api.review.payloads import NluExample, RegressionCase, payload_of
from api.storage.models import ActorKind, ProposalKind, Staff

_HEAD = 'version: "3.1"\n\nnlu:\n'
# Rasa reads brackets as marks of entities; workers mean nothing by them.
_BRACKETS = str.maketrans("[](){}", "【】（）｛｝")


async def nlu_examples(session: AsyncSession, staff: Staff) -> str:
    """Accepted NLU examples as Rasa YAML."""
    accepted = map(payload_of, await proposals.accepted(session, ProposalKind.NLU_EXAMPLE))
    examples = [each for each in accepted if isinstance(each, NluExample)]
    _record(session, staff, ProposalKind.NLU_EXAMPLE, len(examples))
    return nlu_yaml(examples)


async def regression_cases(session: AsyncSession, staff: Staff) -> str:
    """Accepted regression cases, a JSON object a line."""
    cases = await proposals.accepted_regression_cases(session)
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


def _record(session: AsyncSession, staff: Staff, kind: ProposalKind, count: int) -> None:
    audit.record(
        session,
        "proposal.export",
        by=ActorKind.STAFF,
        actor_id=staff.id,
        subject_kind="proposal",
        kind=kind,
        count=count,
    )
