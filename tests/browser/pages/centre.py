"""What the console under test is about: a made-up service centre of two months.

Names of employers say that they are examples, and nobody has a phone number or an ID number: the
handbook's pictures are taken here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from argon2 import PasswordHasher
from sqlalchemy import insert, update

from api.inbox.labels import Colour
from api.outbox.escalation import Escalations
from api.reports.alarm import AlertRound
from api.review.rounds import ReviewRound
from api.settings import Settings
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.database import Database
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    Author,
    CannedReply,
    HandoffState,
    Label,
    Message,
    OutcomeKind,
    Role,
    Staff,
    Status,
    now,
)
from tests.api.outbox.clock import Clock
from tests.api.reports import generated
from tests.api.reports.scene import Scene
from tests.browser.pages import cases, knowledge, talks

PASSWORD: Final = "correct horse battery"
PEOPLE: Final[Mapping[str, tuple[str, Role]]] = {
    "agent": ("小王", Role.AGENT),
    "legal": ("李律师", Role.LEGAL),
    "editor": ("陈编辑", Role.EDITOR),
    "editor2": ("吴编辑", Role.EDITOR),
    "supervisor": ("周主任", Role.SUPERVISOR),
    "administrator": ("钱管理员", Role.ADMINISTRATOR),
}
_COLLEAGUES = ("小赵", "小孙", "小陈", "小林")
_EMPLOYERS = tuple(
    f"示例{name}有限公司" for name in ("服饰", "物流", "餐饮", "包装", "机械", "建筑")
)
_TROUBLED = ("示例电子有限公司", "余杭示例电子厂", "我们公司叫示例电子", "示例电子科技")
"""One employer, as four workers write it."""
FORMULA: Final = "＝HYPERLINK(1)"
"""What the bot was made to take for the category of a case."""
_DAYS = 62
_CONVERSATIONS = 420
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Furnished:
    """What tests go to: accounts by their usernames, and two conversations on the desk."""

    staff: Mapping[str, Staff]
    waiting: str
    claimed: str


async def furnish(settings: Settings) -> Furnished:
    """Fill the migrated database of the settings. The agent has the claimed case."""
    database = Database(settings.database_url)
    try:
        staff = await _hire(database)
        asked = await talks.hold(database, _noon())
        await ReviewRound(database, share=0.0).round()
        await _fill(database)
        await _trouble(database)
        await talks.propose(database, settings, staff["legal"], asked)
        await knowledge.work(database, settings, staff)
        await _equip(database, staff["supervisor"])
        waiting = await cases.hand_over(database, now() - timedelta(minutes=25))
        claimed = await cases.hand_over(database, now() - timedelta(minutes=40), staff["agent"])
        await _leave_nothing_to_recover(database)
    finally:
        await database.close()
    return Furnished(staff, waiting, claimed)


async def _leave_nothing_to_recover(database: Database) -> None:
    """A gateway that starts would take up messages whose turn seems to have been cut off."""
    async with database.write() as session:
        await session.execute(
            update(Message)
            .where(Message.author == Author.WORKER, Message.handled_at.is_(None))
            .values(handled_at=Message.created_at)
        )


async def _equip(database: Database, supervisor: Staff) -> None:
    """What colleagues have at hand."""
    async with database.write() as session:
        session.add(Label(name="已约面谈", colour=Colour.BLUE))
        session.add(Label(name="集体事件", colour=Colour.RED))
        session.add(
            CannedReply(
                shortcut="材料",
                title="要带的材料",
                text="{姓名}您好，请带上身份证、劳动合同和工资记录到服务中心来。",
                updated_by=supervisor.id,
            )
        )


async def _hire(database: Database) -> dict[str, Staff]:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(database, Passwords(cheap))
    return {
        username: await accounts.create(username, name, role, PASSWORD)
        for username, (name, role) in PEOPLE.items()
    }


async def _fill(database: Database) -> None:
    centre = generated.Centre(_CONVERSATIONS, last=(_noon() - _A_DAY).date(), days=_DAYS)
    for account, name in zip(centre.staff, _COLLEAGUES, strict=True):
        account["name"] = name
    async with database.write() as session:
        await session.execute(insert(Staff), centre.staff)
        for rows in centre.rows():
            for number, handoff in enumerate(rows.handoffs):
                handoff["case_facts"] = _example(handoff["case_facts"], number)
                _settle(handoff)
            for conversation in rows.conversations:
                conversation |= {
                    "status": Status.CLOSED,
                    "closed_at": conversation["last_message_at"],
                }
            for table, values in rows.tables():
                if values:
                    await session.execute(insert(table), values)


def _example(facts: dict[str, Any], number: int) -> dict[str, Any]:
    told = {name: value for name, value in facts.items() if name != "contact"}
    if "employer" in told:
        told["employer"] = _EMPLOYERS[number % len(_EMPLOYERS)]
    return told


def _settle(handoff: dict[str, Any]) -> None:
    """What waits in front of the colleagues is what this module puts there."""
    if handoff["state"] in OPEN_HANDOFF_STATES:
        handoff |= {
            "state": HandoffState.RESOLVED,
            "ended_at": handoff["created_at"] + _A_DAY,
            "outcome_kind": OutcomeKind.ANSWERED,
        }


async def _trouble(database: Database) -> None:
    """Workers of one employer within days, and the warning of it."""
    scene = Scene(database, Clock())
    for back, name in enumerate(reversed(_TROUBLED), start=1):
        await scene.case(
            _noon() - back * _A_DAY,
            facts={"employer": name, "what_happened": "两个月没发工资", "amount": "12000 元"},
            summary=f"两个月没发工资，{name}",
            due_after=timedelta(days=9),
        )
    await scene.case(
        _noon() - 20 * _A_DAY,
        category=FORMULA,
        answered_after=timedelta(minutes=5),
        resolved_after=timedelta(minutes=30),
    )
    warning = AlertRound(database, Escalations([]), window=timedelta(days=7), least_people=3)
    await warning.round()


def _noon() -> datetime:
    """The last noon that has passed: nothing is said in the future."""
    today = datetime.now(generated.ZONE)
    noon = datetime.combine(today.date(), time(12), generated.ZONE)
    return noon if noon < today else noon - _A_DAY
