"""Putting one's own case aside until a time; a word of the worker brings it back before."""

from datetime import datetime, timedelta

from sqlalchemy.exc import NoResultFound

from api.conversations import access
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.inbox.recording import record
from api.inbox.refusals import invalid
from api.live.events import Publisher, QueueChanged
from api.storage.database import Database
from api.storage.models import HandoffState, Staff

AT_MOST = timedelta(days=30)


async def snooze(
    database: Database,
    publisher: Publisher,
    staff: Staff,
    conversation_id: str,
    until: datetime | None,
    *,
    at: datetime,
) -> None:
    """Put one's own case aside; None takes it up again.

    Raises ``ApiError``: invalid_request for a time that is past or more than 30 days ahead,
    conversation_not_found, not_possible_now for a case that one does not have.
    """
    if until is not None and not at < until <= at + AT_MOST:
        raise invalid("until")
    async with database.write() as session:
        try:
            await access.lock_conversation(session, conversation_id)
        except NoResultFound:
            raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND) from None
        handoff = await access.open_handoff(session, conversation_id)
        if (
            handoff is None
            or handoff.state is not HandoffState.CLAIMED
            or handoff.claimed_by != staff.id
        ):
            raise ApiError(ErrorCode.NOT_POSSIBLE_NOW)
        handoff.snoozed_until = until
        details = {"until": until.isoformat()} if until else {}
        act = "snooze" if until else "wake"
        record(session, f"handoff.{act}", staff, "conversation", conversation_id, **details)
    publisher.publish(QueueChanged())
