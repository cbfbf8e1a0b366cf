"""What becomes of early warnings when a conversation is erased."""

from collections import Counter

from sqlalchemy import String, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.reports.clusters import shown
from api.reports.employers import Employer, read_employer
from api.storage.models import Alert, Handoff


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Count a conversation no more, and call the employer as those say who are left.

    The facts of the conversation are erased already. An alert goes with the last one who named
    somebody.
    """
    # As text, because not every engine looks into JSON alike; ids stand in it as they are.
    named = cast(Alert.conversation_ids, String).contains(conversation_id)
    for alert in await session.scalars(select(Alert).where(named).with_for_update()):
        left = [each for each in alert.conversation_ids if each != conversation_id]
        employers = await _told(session, left)
        if not employers:
            await session.delete(alert)
            continue
        keys = Counter(employer.key for employer in employers)
        length = Alert.employer_key.type.length
        alert.conversation_ids = left
        alert.employer_key = keys.most_common(1)[0][0][:length]
        alert.employer = shown(employers)[:length]


async def _told(session: AsyncSession, conversation_ids: list[str]) -> list[Employer]:
    facts = await session.scalars(
        select(Handoff.case_facts)
        .where(Handoff.conversation_id.in_(conversation_ids))
        .order_by(Handoff.id)
    )
    told = (each.get("employer") for each in facts)
    read = (read_employer(employer) for employer in told if isinstance(employer, str))
    return [employer for employer in read if employer is not None]
