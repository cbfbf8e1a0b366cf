"""Something in every table, so that made-up requests reach more than "not found"."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlalchemy import insert, update

from api.knowledge.catalogue import Catalogue
from api.knowledge.desk import KnowledgeDesk
from api.knowledge.places import KnowledgePlaces
from api.outbox.escalation import Escalations
from api.reports.alarm import AlertRound
from api.review.desk import ReviewDesk
from api.review.payloads import Expected, QuestionVariant, RegressionCase
from api.review.rounds import ReviewRound
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import (
    CannedReply,
    Label,
    Message,
    OutboxItem,
    OutboxState,
    Publication,
    PublicationState,
    Role,
    Staff,
    new_id,
    now,
)
from tests.api.outbox.clock import Clock
from tests.api.reports import generated
from tests.api.reports.scene import Scene
from tests.api.review.talks import DECLINE, Said, Talks

PASSWORD: Final = "correct horse battery"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ARTICLE: Final = "overtime-time-off"
_CONVERSATIONS, _DAYS = 60, 20
_EMPLOYERS = ("宏达电子有限公司", "余杭宏达电子厂", "宏达电子科技", "宏达电子公司")
_HOUR = timedelta(hours=1)


def settings_for(folder: Path, rasa_url: str) -> Settings:
    """Those of a gateway in ``folder`` whose bot and action server answer at ``rasa_url``."""
    return Settings(
        data_dir=folder,
        rasa_urls=[rasa_url],
        actions_url=rasa_url,
        rasa_timeout=10,
        recovery_wait=0,
        rate_limit_scale=0,
        wechat_token=SecretStr("fuzz"),
        wechat_app_id="wx0123456789abcdef",
    )


def staff_of(role: Role) -> Staff:
    """A new account with ``PASSWORD``."""
    staff_id = new_id()
    return Staff(
        id=staff_id, username=staff_id.lower(), name="小安", role=role, password_hash=_HASH
    )


async def furnish(settings: Settings) -> None:
    """Fill the migrated database of the settings."""
    database = Database(settings.database_url)
    try:
        staff = [staff_of(Role.EDITOR), staff_of(Role.SUPERVISOR)]
        async with database.write() as session:
            session.add_all(staff)
        await _centre(database)
        await _alert(database)
        await _reviews(database, settings, staff[0])
        await _knowledge(database, settings, *staff)
        async with database.write() as session:
            session.add_all(_loose(staff[1]))
    finally:
        await database.close()


async def _centre(database: Database) -> None:
    yesterday = (now() - timedelta(days=1)).date()
    centre = generated.Centre(_CONVERSATIONS, last=yesterday, days=_DAYS)
    async with database.write() as session:
        await session.execute(insert(Staff), centre.staff)
        for rows in centre.rows():
            for table, values in rows.tables():
                if values:
                    await session.execute(insert(table), values)
        # For figures half a trace is enough; whoever looks at an answer wants a whole one.
        await session.execute(update(Message).values(trace=None))


async def _alert(database: Database) -> None:
    scene = Scene(database, Clock())
    for back, employer in enumerate(_EMPLOYERS, start=1):
        await scene.case(now() - back * _HOUR, facts={"employer": employer})
    rounds = AlertRound(
        database, Escalations([]), window=timedelta(days=7), least_people=3, clock=now
    )
    await rounds.round()


async def _reviews(database: Database, settings: Settings, reviewer: Staff) -> None:
    talks = Talks(database)
    asked = [
        await talks.hold(now() - number * _HOUR, (f"夜宵补贴有没有{number}", said))
        for number, said in enumerate((DECLINE, Said(probability=0.4), DECLINE, Said()), start=1)
    ]
    for talk in asked:
        await talks.feedback(talk.replies[-1], now(), helpful=False)
    await ReviewRound(database, share=1.0).round()
    proposals = ReviewDesk.of(database, settings).proposals
    for talk in asked:
        variant = QuestionVariant(article_id=ARTICLE, text="调休不给，能要加班费吗")
        await proposals.propose(reviewer, variant, message_id=talk.replies[-1])
        case = RegressionCase(question="调休不给", expected=Expected.ANSWER, article_id=ARTICLE)
        await proposals.propose(reviewer, case, message_id=talk.replies[-1])


async def _knowledge(
    database: Database, settings: Settings, editor: Staff, supervisor: Staff
) -> None:
    desk = KnowledgeDesk(database, Catalogue(KnowledgePlaces.of(settings)))
    for article_id, steps in ((ARTICLE, 1), ("women-paternity-leave", 2), ("joining-how", 0)):
        opened = await desk.open(article_id)
        head, mark, questions = opened.source.partition("questions:\n")
        first, line_end, others = questions.partition("\n")
        source = f"{head}{mark}{first}，想问清楚{line_end}{others}"
        saved = await desk.save(editor, article_id, source, base=opened.base)
        if steps:
            await desk.submit(editor, saved.id)
        if steps > 1:
            await desk.decide(supervisor, saved.id, approve=True)


def _loose(supervisor: Staff) -> list[Any]:
    at: datetime = now()
    return [
        *(Label(name=f"标签{number}", colour="grey") for number in range(4)),
        *(
            CannedReply(
                shortcut=f"kuai{number}", title="问候", text="您好。", updated_by=supervisor.id
            )
            for number in range(4)
        ),
        *(
            OutboxItem(adapter="webhook", payload={}, state=OutboxState.DEAD, last_error="gone")
            for _ in range(4)
        ),
        Publication(
            state=PublicationState.REFUSED,
            revision_ids=[],
            report={"articles": []},
            started_by=supervisor.id,
            ended_at=at,
        ),
    ]
