"""Answers to a worker's questions about the own membership: for a verified worker only."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from api.members.importing import latest_import
from api.members.masking import mask_name
from api.members.texts import MembershipQuestion, members_texts
from api.members.verification import LINK_LIFETIME, Verification
from api.storage.models import Conversation, Member, Worker, now

_MARKS = re.compile(r"[^\w]+")
# Longer messages ask for more than this; the patterns would cost time for nothing.
_MAX_CHARS = 40


@cache
def _patterns() -> dict[MembershipQuestion, re.Pattern[str]]:
    texts = members_texts().questions
    return {
        question: re.compile(f"{texts.lead}(?:{getattr(texts, question)}){texts.tail}")
        for question in MembershipQuestion
    }


def question_in(text: str) -> MembershipQuestion | None:
    """Which of the questions a message asks, if it asks nothing else."""
    if len(text) > _MAX_CHARS:
        return None
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    for question, pattern in _patterns().items():
        if pattern.fullmatch(folded):
            return question
    return None


class MemberAnswers:
    """What a worker is told about the own membership.

    ``zone``: where "this year" and the dates are taken.
    """

    def __init__(
        self, verification: Verification, zone: ZoneInfo, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._verification = verification
        self._zone = zone
        self._clock = clock

    async def answer(
        self, session: AsyncSession, conversation: Conversation, question: MembershipQuestion
    ) -> str:
        """The answer from the roster, with its date; to a worker not verified, an invitation.

        Needs a session that can write.
        """
        member = await _member_of(session, conversation.worker_id)
        if member is None:
            return members_texts().answers.invitation.format(
                url=await self._verification.invite(session, conversation),
                minutes=int(LINK_LIFETIME.total_seconds() // 60),
            )
        refreshed = await latest_import(session) or member.updated_at
        as_of = members_texts().answers.as_of.format(date=f"{refreshed.astimezone(self._zone):%F}")
        return f"{self._told(member, question)}{as_of}"

    def _told(self, member: Member, question: MembershipQuestion) -> str:
        texts = members_texts().answers
        name = mask_name(member.name)
        if member.left_at is not None:
            return texts.former.format(name=name)
        match question:
            case MembershipQuestion.MUTUAL_AID:
                return self._mutual_aid(member)
            case MembershipQuestion.UNION:
                return texts.union.format(name=name, union=member.union_name)
            case MembershipQuestion.IS_MEMBER if member.joined_on is None:
                return texts.member.format(name=name, union=member.union_name)
            case MembershipQuestion.IS_MEMBER:
                # The day is not told: many rosters know the month only.
                joined = f"{member.joined_on.year} 年 {member.joined_on.month} 月"
                return texts.member_since.format(name=name, union=member.union_name, joined=joined)

    def _mutual_aid(self, member: Member) -> str:
        texts = members_texts().answers
        year = self._clock().astimezone(self._zone).year
        if year in member.mutual_aid_years:
            text = texts.insured
        elif member.mutual_aid_years:
            text = texts.insured_other_years
        else:
            text = texts.uninsured
        years = "、".join(str(paid) for paid in sorted(member.mutual_aid_years))
        return text.format(name=mask_name(member.name), year=year, years=years)


async def _member_of(session: AsyncSession, worker_id: str) -> Member | None:
    worker = await session.get(Worker, worker_id)
    if worker is None or worker.member_id is None:
        return None
    return await session.get(Member, worker.member_id)
